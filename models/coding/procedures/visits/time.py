"""The documented total time of a visit."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from models.coding.procedures.facts import Fact
from models.coding.procedures.reading import Reading
from models.coding.procedures.visits.words import Hit, of

# The unit of minutes that are a lower limit.
LEAST = "least"
_MAX_MINUTES = 600
# How far from the words the number stands, in tokens.
_BEFORE, _AFTER = 10, 25


_DISCHARGE = frozenset({"discharge", "discharging", "dc", "dispo"})
# Words that alone make minutes the time of the visit, when nothing else stands before them: "Time 34 min".
_LABELS = frozenset(
    "time total spent my for this visit today on date of the day encounter discharge dc d c work in all".split()
)
# Of these one says that a discharge took the minutes, when nothing but labels stands beside them: "I took 50 minutes".
_SPENT = frozenset({"tot", "total", "took", "spent"})
_MYSELF = frozenset({"i", "it", "me"})
# A time above a limit is at least a minute more: "greater than 30 minutes".
_ABOVE = (("more", "than"), ("greater", "than"), ("longer", "than"))


def find_total_time(reading: Reading, hits: Sequence[Hit], *, is_discharge: bool = False) -> Fact | None:
    """Minutes that the note calls the time spent on the visit; time of other services doesn't count."""
    if is_discharge and (fact := _discharge_minutes(reading, hits)) is not None:
        return _raise(fact, reading)
    fact = _named_minutes(reading, hits) or _labelled_minutes(reading, hits) or _bare_minutes(reading)
    return _raise(fact, reading) if fact is not None and is_discharge else fact


def _discharge_minutes(reading: Reading, hits: Sequence[Hit]) -> Fact | None:
    """Minutes in a sentence that speaks of the discharge ("I needed 45 minutes for the discharge"), or that tells of
    time alone ("tot 45 min", "I took 50 minutes")."""
    tokens = reading.tokens
    about = {tokens.sentences[index] for index in range(len(tokens)) if _speaks_of_discharge(index, tokens.words)}
    about -= {tokens.sentences[hit.first] for hit in of(hits, "time", "not_visit")}
    found = [
        fact
        for fact in _stated_minutes(reading)
        if tokens.sentences[fact.first] in about or _tells_only_time(fact, reading)
    ]
    return max(found, key=lambda fact: float(fact.value), default=None)


def _speaks_of_discharge(index: int, words: Sequence[str]) -> bool:
    return words[index] in _DISCHARGE or tuple(words[index : index + 2]) == ("d", "c")


def _raise(fact: Fact, reading: Reading) -> Fact:
    """With a minute more when the note tells a time above it."""
    return replace(fact, value=float(fact.value) + 1, unit=LEAST) if _is_above(fact, reading) else fact


def _is_above(fact: Fact, reading: Reading) -> bool:
    return reading.text.text[: fact.start].rstrip().endswith(">") or _size_of_limit(fact, reading) > 0


def _size_of_limit(fact: Fact, reading: Reading) -> int:
    """Tokens before the minutes that say "more than"."""
    before = tuple(reading.tokens.words[max(fact.first - 2, 0) : fact.first])
    return len(before) if before in _ABOVE else 0


def _tells_only_time(fact: Fact, reading: Reading) -> bool:
    tokens = reading.tokens
    sentence = tokens.sentences[fact.first]
    first, last = bisect_left(tokens.sentences, sentence), bisect_left(tokens.sentences, sentence + 1)
    beside = {*tokens.words[first : fact.first], *tokens.words[fact.last : last]}
    return not _SPENT.isdisjoint(beside) and beside <= _LABELS | _SPENT | _MYSELF


def _stated_minutes(reading: Reading) -> list[Fact]:
    """Durations that the note states, not those between two clock times, nor when something happened."""
    words = reading.tokens.words
    return [
        fact
        for fact in reading.facts
        if fact.attribute == "minutes"
        and fact.unit != "clock"
        and 0 < float(fact.value) <= _MAX_MINUTES
        and words[fact.last : fact.last + 1] not in (("ago",), ("before",), ("after",), ("later",), ("prior",))
    ]


def _labelled_minutes(reading: Reading, hits: Sequence[Hit]) -> Fact | None:
    """Minutes that begin a sentence after nothing but words of time: "Time 34 min", "dc time 35 min"."""
    tokens = reading.tokens
    others = {tokens.sentences[hit.first] for hit in of(hits, "time", "not_visit")}
    for fact in _stated_minutes(reading):
        sentence = tokens.sentences[fact.first]
        label = tokens.words[bisect_left(tokens.sentences, sentence) : fact.first]
        if label and "time" in label and sentence not in others and _LABELS.issuperset(label):
            return fact
    return None


def _named_minutes(reading: Reading, hits: Sequence[Hit]) -> Fact | None:
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
    return None


def _bare_minutes(reading: Reading) -> Fact | None:
    """Minutes that are a sentence of their own, as notes close: "34 minutes."."""
    sizes = Counter(reading.tokens.sentences)
    alone = [
        fact
        for fact in reading.facts
        if fact.attribute == "minutes"
        and fact.unit != "clock"
        and sizes[reading.tokens.sentences[fact.first]] - (fact.last - fact.first) == _size_of_limit(fact, reading)
    ]
    return alone[-1] if alone else None


def _is_total(hit: Hit) -> bool:
    return any(word in hit.concept for word in ("total", "discharge", "coordinating"))
