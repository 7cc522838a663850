"""The documented total time of a visit."""

from collections import Counter
from collections.abc import Sequence

from models.coding.procedures.facts import Fact
from models.coding.procedures.reading import Reading
from models.coding.procedures.visits.words import Hit, of

_MAX_MINUTES = 600
# How far from the words the number stands, in tokens.
_BEFORE, _AFTER = 10, 25


def find_total_time(reading: Reading, hits: Sequence[Hit]) -> Fact | None:
    """Minutes that the note calls the time spent on the visit; time of other services doesn't count."""
    tokens = reading.tokens
    for hit in of(hits, "time", "total"):
        item = tokens.items[hit.first]
        sentence = tokens.sentences[hit.first]
        is_other = any(tokens.sentences[other.first] == sentence for other in of(hits, "time", "not_visit"))
        if is_other and not any(tokens.sentences[day.first] == sentence for day in of(hits, "time", "day")):
            continue
        minutes = [
            fact
            for fact in reading.facts
            if fact.attribute == "minutes"
            and tokens.items[fact.first] == item
            and -_BEFORE <= fact.first - hit.last <= _AFTER
            and 0 < float(fact.value) <= _MAX_MINUTES
        ]
        stated = [fact for fact in minutes if fact.unit != "clock"] or minutes
        if stated:
            return max(stated, key=lambda fact: float(fact.value)) if _is_total(hit) else stated[0]
    return _bare_minutes(reading)


def _bare_minutes(reading: Reading) -> Fact | None:
    """Minutes that are a sentence of their own, as notes close: "34 minutes."."""
    sizes = Counter(reading.tokens.sentences)
    alone = [
        fact
        for fact in reading.facts
        if fact.attribute == "minutes"
        and fact.unit != "clock"
        and sizes[reading.tokens.sentences[fact.first]] == fact.last - fact.first
    ]
    return alone[-1] if alone else None


def _is_total(hit: Hit) -> bool:
    return any(word in hit.concept for word in ("total", "discharge", "coordinating"))
