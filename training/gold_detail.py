"""Beyond right and wrong sets: how much can be coded surely, whether the words support the code, and how near misses
are."""

from collections.abc import Iterator, Sequence

import numpy as np

from data.codes import CodeSystem, parse_code
from data.gold import GoldCase, GoldDiagnosis
from data.suggestions import Evidence, Suggestion, SuggestionSet, Tier
from data.wilson import wilson

SURE = 0.95


def evaluate_detail(cases: Sequence[GoldCase], answers: Sequence[SuggestionSet]) -> dict[str, float]:
    """Metrics by name."""
    return {
        "visit_three_character_f1": _category_f1(cases, answers),
        "visit_coverage_at_95": coverage(list(_ranked(cases, answers)), _wanted(cases), SURE),
        "visit_evidence_f1": _evidence_f1(cases, answers),
    }


def coverage(ranked: Sequence[tuple[float, bool]], wanted: int, precision: float) -> float:
    """The largest share of `wanted` codes found from some probability on, where Wilson's lower bound (95 %) of the
    precision from there on reaches `precision`."""
    order = sorted(ranked, reverse=True)
    hits = np.cumsum([is_right for _, is_right in order])
    ends = [i for i in range(len(order)) if i + 1 == len(order) or order[i + 1][0] < order[i][0]]
    sure = [int(hits[i]) for i in ends if wilson(int(hits[i]), i + 1).low >= precision]
    return max(sure, default=0) / max(wanted, 1)


def _ranked(cases: Sequence[GoldCase], answers: Sequence[SuggestionSet]) -> Iterator[tuple[float, bool]]:
    """Of every diagnosis of the answers that is not optional its probability, and whether it is right; of two readings
    of one the likelier."""
    for case, answer in zip(cases, answers, strict=True):
        known: dict[str, tuple[float, bool]] = {}
        for suggestion in _diagnoses(answer):
            gold = _find_gold(case, suggestion)
            if gold is None or not gold.is_optional:
                name = gold.code.dotted if gold else suggestion.code
                known[name] = max(known.get(name, (0.0, False)), (suggestion.probability, gold is not None))
        yield from known.values()


def _wanted(cases: Sequence[GoldCase]) -> int:
    return sum(not diagnosis.is_optional for case in cases for diagnosis in case.labels.diagnoses)


def _category_f1(cases: Sequence[GoldCase], answers: Sequence[SuggestionSet]) -> float:
    """Micro-F1 of categories; one that only optional codes are of counts neither way."""
    right = given = wanted = 0
    for case, answer in zip(cases, answers, strict=True):
        must = {d.code.category for d in case.labels.diagnoses if not d.is_optional}
        may = {code.category for d in case.labels.diagnoses for code in (d.code, *d.alternatives)} - must
        found = {s.code[:3] for s in _diagnoses(answer) if s.tier is Tier.SUGGESTED} - may
        right, given, wanted = right + len(found & must), given + len(found), wanted + len(must)
    return 2 * right / max(given + wanted, 1)


def _evidence_f1(cases: Sequence[GoldCase], answers: Sequence[SuggestionSet]) -> float:
    """Of the codes that are rightly suggested: evidence that overlaps a coder's, against all of the answer's and all of
    the coder's."""
    sound = given = met = wanted = 0
    for case, answer in zip(cases, answers, strict=True):
        for suggestion in _diagnoses(answer):
            gold = _find_gold(case, suggestion)
            if gold is not None and suggestion.tier is Tier.SUGGESTED:
                sound += _count_met(suggestion.evidence, gold.evidence)
                met += _count_met(gold.evidence, suggestion.evidence)
                given, wanted = given + len(suggestion.evidence), wanted + len(gold.evidence)
    precision, recall = sound / max(given, 1), met / max(wanted, 1)
    return 2 * precision * recall / max(precision + recall, 1e-9)


def _count_met(ours: Sequence[Evidence], others: Sequence[Evidence]) -> int:
    return sum(any(_overlap(one, other) for other in others) for one in ours)


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.document_id == other.document_id and one.start < other.end and other.start < one.end


def _diagnoses(answer: SuggestionSet) -> Iterator[Suggestion]:
    return (suggestion for suggestion in answer.suggestions if suggestion.system is CodeSystem.ICD10CM)


def _find_gold(case: GoldCase, suggestion: Suggestion) -> GoldDiagnosis | None:
    code = parse_code(suggestion.system, suggestion.code)
    return next((d for d in case.labels.diagnoses if code in (d.code, *d.alternatives)), None)
