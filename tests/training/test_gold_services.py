"""Measures of suggested services, on the gold set's own labels."""

import pytest

from data.gold import GoldCase, Split, load_gold
from data.suggestions import Role, Suggestion, SuggestionSet, Tier
from training.gold_services import evaluate_services

CASES = [case for case in load_gold(Split.DEV) if case.labels.procedures][:12]


def _answer(case: GoldCase, *, units: int = 0, is_empty: bool = False) -> SuggestionSet:
    """The labels themselves as the answer, each line with `units` more."""
    lines = [] if is_empty else case.labels.procedures
    return SuggestionSet(
        encounter_id=case.encounter.encounter_id,
        suggestion_set_id="s",
        model_version="test",
        code_set_releases={},
        suggestions=tuple(
            Suggestion(
                suggestion_id=str(rank),
                system=line.system,
                code=line.code,
                term="service",
                probability=0.9,
                tier=Tier.SUGGESTED,
                rank=rank,
                role=Role.PROCEDURE,
                modifiers=line.modifiers,
                units=line.units + units,
                linked_diagnoses=line.linked_diagnoses,
                evidence=line.evidence,
            )
            for rank, line in enumerate(lines, start=1)
        ),
    )


def test_the_labels_themselves_are_perfect() -> None:
    metrics = evaluate_services(CASES, [_answer(case) for case in CASES])
    assert metrics.pop("visit_procedure_trap_rate") == 0
    assert set(metrics.values()) == {1.0}


def test_nothing_suggested_is_nothing_right() -> None:
    metrics = evaluate_services(CASES, [_answer(case, is_empty=True) for case in CASES])
    assert set(metrics.values()) == {0.0}


def test_wrong_units_are_wrong_lines_and_right_codes() -> None:
    metrics = evaluate_services(CASES, [_answer(case, units=1) for case in CASES])
    assert metrics["visit_procedure_f1"] == pytest.approx(1)
    assert metrics["visit_procedure_line_f1"] == 0
