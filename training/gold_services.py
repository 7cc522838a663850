"""Measures the services of suggestion sets against the gold notes: codes, whole lines, visit levels, traps, links."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from data.codes import CodeSystem
from data.gold import GoldCase, GoldProcedure, TrapReason
from data.suggestions import Suggestion, SuggestionSet, Tier

_SYSTEMS = (CodeSystem.CPT, CodeSystem.HCPCS)
_NOT_PERFORMED = frozenset(
    {
        TrapReason.PLANNED,
        TrapReason.NEGATED,
        TrapReason.HISTORICAL,
        TrapReason.UNCERTAIN,
        TrapReason.NOT_ADDRESSED,
    }
)
# Visits whose codes rise by level: first and last of each ladder.
_LADDERS = (
    (99202, 99205), (99211, 99215), (99221, 99223), (99231, 99233), (99234, 99236), (99238, 99239), (99281, 99285),
    (99304, 99306), (99307, 99310), (99341, 99345), (99347, 99350),
)  # fmt: skip
_TOP = 3

_Line = tuple[str, frozenset[str], int]


def evaluate_services(cases: Sequence[GoldCase], answers: Sequence[SuggestionSet]) -> dict[str, float]:
    """Metrics by name. Optional services count neither way; an accepted alternative is right.

    `top_3`: required services among a line's code and its first two alternatives, lines of either tier.
    `trap_rate`: of the services that were named and not rendered at the encounter, those suggested.
    `link_accuracy`: of the required services found, those whose first link is the first that the gold names.
    """
    pairs = list(zip(cases, answers, strict=True))
    levels = [step for case, answer in pairs for step in _visit_steps(case, answer)]
    return {
        "visit_procedure_f1": _f1(_match_codes(case, answer) for case, answer in pairs),
        "visit_procedure_line_f1": _f1(_match_lines(case, answer) for case, answer in pairs),
        "visit_procedure_top_3": _mean(hit for case, answer in pairs for hit in _top_hits(case, answer)),
        "visit_level_exact": _mean(step == 0 for step in levels),
        "visit_level_within_one": _mean(step <= 1 for step in levels),
        "visit_procedure_trap_rate": _mean(fallen for case, answer in pairs for fallen in _fallen(case, answer)),
        "visit_procedure_link_accuracy": _mean(right for case, answer in pairs for right in _links(case, answer)),
    }


def _mean(values: Iterable[bool]) -> float:
    found = list(values)
    return float(np.mean(found)) if found else 0.0


def _f1(counts: Iterable[tuple[int, int, int]]) -> float:
    """Of (right, given, wanted) of each encounter."""
    right, given, wanted = np.array(list(counts)).sum(axis=0)
    return float(2 * right / max(given + wanted, 1))


def _services(answer: SuggestionSet, *tiers: Tier) -> list[Suggestion]:
    return [s for s in answer.suggestions if s.system in _SYSTEMS and s.tier in tiers]


def _accepted(gold: GoldProcedure) -> set[str]:
    return {gold.code, *(other.code.dotted for other in gold.alternatives)}


def _match_codes(case: GoldCase, answer: SuggestionSet) -> tuple[int, int, int]:
    given = {suggestion.code for suggestion in _services(answer, Tier.SUGGESTED)}
    optional = {code for gold in case.labels.procedures if gold.is_optional for code in _accepted(gold)}
    required = {gold.code: _accepted(gold) for gold in case.labels.procedures if not gold.is_optional}
    right = sum(not accepted.isdisjoint(given) for accepted in required.values())
    extra = given - optional - {code for accepted in required.values() for code in accepted}
    return right, right + len(extra), len(required)


def _match_lines(case: GoldCase, answer: SuggestionSet) -> tuple[int, int, int]:
    """Code, modifiers and units all right; each gold line is matched once."""
    given = Counter((s.code, frozenset(s.modifiers), s.units) for s in _services(answer, Tier.SUGGESTED))
    wanted = 0
    right = 0
    optional: set[str] = set()
    for gold in case.labels.procedures:
        found = next((line for line in _lines_of(gold) if given[line] > 0), None)
        if found is not None:
            given[found] -= 1
        if gold.is_optional:
            optional |= _accepted(gold)
        else:
            wanted += 1
            right += found is not None
    extra = sum(number for (code, _, _), number in given.items() if code not in optional)
    return right, right + extra, wanted


def _lines_of(gold: GoldProcedure) -> list[_Line]:
    return [(code, frozenset(gold.modifiers), gold.units) for code in sorted(_accepted(gold))]


def _top_hits(case: GoldCase, answer: SuggestionSet) -> Iterator[bool]:
    offered = {
        code
        for suggestion in _services(answer, Tier.SUGGESTED, Tier.CANDIDATE)
        for code in (suggestion.code, *(other.code for other in suggestion.alternatives[: _TOP - 1]))
    }
    for gold in case.labels.procedures:
        if not gold.is_optional:
            yield not offered.isdisjoint(_accepted(gold))


def _visit_steps(case: GoldCase, answer: SuggestionSet) -> Iterator[int]:
    """For each required visit with a level, how far the nearest suggested one of its ladder is; 9 when there is none.
    A missed visit counts as wrong."""
    given = [suggestion.code for suggestion in _services(answer, Tier.SUGGESTED)]
    for gold in case.labels.procedures:
        if not gold.is_optional and _ladder(gold.code) is not None:
            yield min((_steps(one, other) for one in _accepted(gold) for other in given), default=9)


def _ladder(code: str) -> tuple[int, int] | None:
    return next((pair for pair in _LADDERS if code.isdigit() and pair[0] <= int(code) <= pair[1]), None)


def _steps(one: str, other: str) -> int:
    if one == other:
        return 0
    is_same = _ladder(one) is not None and _ladder(one) == _ladder(other)
    return abs(int(one) - int(other)) if is_same else 9


def _fallen(case: GoldCase, answer: SuggestionSet) -> Iterator[bool]:
    given = {suggestion.code for suggestion in _services(answer, Tier.SUGGESTED)}
    for trap in case.labels.traps:
        if trap.system in _SYSTEMS and trap.reason in _NOT_PERFORMED:
            yield trap.code in given


def _links(case: GoldCase, answer: SuggestionSet) -> Iterator[bool]:
    readings = {d.code.dotted: {d.code.dotted, *(a.dotted for a in d.alternatives)} for d in case.labels.diagnoses}
    for gold in case.labels.procedures:
        found = next((s for s in _services(answer, Tier.SUGGESTED) if s.code in _accepted(gold)), None)
        if found is not None and not gold.is_optional:
            first = found.linked_diagnoses[0].dotted if found.linked_diagnoses else ""
            yield first in readings[gold.linked_diagnoses[0].dotted]
