"""How many things a mention tells of: "AKs x6", "three lesions", "2 on the scalp and 3 on the arms, total of 5"."""

from collections.abc import Sequence

from models.coding.procedures.attributes import Finder
from models.coding.procedures.facts import Fact
from models.coding.procedures.mentions import Mention


def count_things(mention: Mention, finder: Finder) -> tuple[float, tuple[Fact, ...]] | None:
    """The number with the facts that give it; None when the note gives none.

    A stated total holds; then a number right after the words ("AKs x6"); else the numbers of the sentence add up,
    unless the first is their sum ("5 warts, 2 on the hand and 3 on the foot"); else the one of a procedure section.
    """
    totals = finder.near(mention, "total_count")
    if totals:
        return float(totals[0].value), (totals[0],)
    facts = finder.near(mention, "count")
    same = sorted(finder.same_sentence(mention, facts), key=lambda fact: fact.start)
    after = [fact for fact in same if any(0 <= fact.first - last <= 1 for _, last in mention.parts)]
    if after:
        return float(after[0].value), (after[0],)
    if same:
        return _add_up(same)
    return (float(facts[0].value), (facts[0],)) if len(facts) == 1 and finder.is_in_procedure(mention) else None


def _add_up(facts: Sequence[Fact]) -> tuple[float, tuple[Fact, ...]]:
    numbers = [float(fact.value) for fact in facts]
    if len(numbers) > 2 and numbers[0] == sum(numbers[1:]):
        return numbers[0], (facts[0],)
    return sum(numbers), tuple(facts)
