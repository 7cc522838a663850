"""Measures suggestion sets against the project's gold notes, through the path that serving uses."""

from collections.abc import Sequence

import numpy as np

from data.codes import CodeSystem, parse_code
from data.gold import GoldCase
from data.suggestions import Role, SuggestionSet, Tier
from models.coding.suggest import Suggester
from training.coding_metrics import ScoredNote, bootstrap_f1, expected_calibration_error, mean_average_precision
from training.gold_detail import evaluate_detail
from training.gold_services import evaluate_services
from training.progress import track

BOOTSTRAP_ROUNDS = 1000


def suggest_cases(suggester: Suggester, cases: Sequence[GoldCase]) -> list[SuggestionSet]:
    return [suggester.suggest([case.encounter], case.labels.profile)[0] for case in track(cases, "gold notes")]


def evaluate_gold(cases: Sequence[GoldCase], answers: Sequence[SuggestionSet]) -> dict[str, float]:
    """Metrics by name. Optional codes count neither way, an accepted alternative is right."""
    notes = [_score_diagnoses(case, answer) for case, answer in zip(cases, answers, strict=True)]
    right, given, wanted = _count(notes)
    low, high = bootstrap_f1(notes, 0.5, rounds=BOOTSTRAP_ROUNDS, seed=1)
    probabilities = np.array([p for note in map(_by_probability, cases, answers) for p, _ in note])
    labels = np.array([is_right for note in map(_by_probability, cases, answers) for _, is_right in note], dtype=float)
    return {
        "visit_micro_precision": right / max(given, 1),
        "visit_micro_recall": right / max(wanted, 1),
        "visit_micro_f1": 2 * right / max(given + wanted, 1),
        "visit_micro_f1_low": low,
        "visit_micro_f1_high": high,
        "visit_mean_average_precision": mean_average_precision(notes),
        "visit_first_listed": _first_listed(cases, answers),
        "visit_calibration_error": expected_calibration_error(probabilities, labels) if len(labels) else 1.0,
        "visit_traps_suggested": _trap_rate(cases, answers),
        **evaluate_detail(cases, answers),
        **evaluate_services(cases, answers),
        "visit_notes": float(len(cases)),
    }


def _score_diagnoses(case: GoldCase, answer: SuggestionSet) -> ScoredNote:
    """Suggested codes score from 0.5 up, candidates below: the tiers decide the set, probability the order."""
    readings = {d.code.dotted: {d.code.dotted, *(a.dotted for a in d.alternatives)} for d in case.labels.diagnoses}
    optional = {code for d in case.labels.diagnoses if d.is_optional for code in readings[d.code.dotted]}
    ranked: dict[str, float] = {}
    for suggestion in answer.suggestions:
        if suggestion.system is CodeSystem.ICD10CM:
            code = next((gold for gold, accepted in readings.items() if suggestion.code in accepted), suggestion.code)
            if code not in optional:
                score = suggestion.probability / 2 + (0.5 if suggestion.tier is Tier.SUGGESTED else 0.0)
                ranked[code] = max(ranked.get(code, 0.0), score)
    return ScoredNote(frozenset(d.code.dotted for d in case.labels.diagnoses if not d.is_optional), ranked)


def _count(notes: Sequence[ScoredNote]) -> tuple[int, int, int]:
    right = sum(len(note.suggested(0.5) & note.gold) for note in notes)
    return right, sum(len(note.suggested(0.5)) for note in notes), sum(len(note.gold) for note in notes)


def _by_probability(case: GoldCase, answer: SuggestionSet) -> list[tuple[float, bool]]:
    accepted = {code for d in case.labels.diagnoses for code in (d.code, *d.alternatives)}
    return [
        (suggestion.probability, parse_code(suggestion.system, suggestion.code) in accepted)
        for suggestion in answer.suggestions
        if suggestion.system is CodeSystem.ICD10CM
    ]


def _first_listed(cases: Sequence[GoldCase], answers: Sequence[SuggestionSet]) -> float:
    hits = []
    for case, answer in zip(cases, answers, strict=True):
        gold = next(d for d in case.labels.diagnoses if d.role is Role.FIRST_LISTED)
        accepted = {gold.code.dotted, *(other.dotted for other in gold.alternatives)}
        hits.append(any(s.role is Role.FIRST_LISTED and s.code in accepted for s in answer.suggestions))
    return float(np.mean(hits))


def _trap_rate(cases: Sequence[GoldCase], answers: Sequence[SuggestionSet]) -> float:
    """Of the codes that must not be suggested, the share that was."""
    fallen = []
    for case, answer in zip(cases, answers, strict=True):
        given = {(s.system, s.code) for s in answer.suggestions if s.tier is Tier.SUGGESTED}
        fallen += [(trap.system, parse_code(trap.system, trap.code).dotted) in given for trap in case.labels.traps]
    return float(np.mean(fallen)) if fallen else 0.0
