"""Measures of suggested services, on the gold set's own labels."""

from collections.abc import Callable
from typing import Any

import pytest

from data.gold import GoldCase, Split, load_gold
from data.suggestions import Role, SuggestionSet
from training.gold_services import evaluate_services

CASES = [case for case in load_gold(Split.DEV) if case.labels.procedures][:12]


@pytest.fixture
def answer(answer_with: Any) -> Callable[..., SuggestionSet]:
    """The labels themselves as the answer, each line with `units` more."""

    def build(case: GoldCase, *, units: int = 0, is_empty: bool = False) -> SuggestionSet:
        rows = [
            {
                "system": line.system,
                "code": line.code,
                "role": Role.PROCEDURE,
                "modifiers": line.modifiers,
                "units": line.units + units,
                "linked_diagnoses": line.linked_diagnoses,
                "evidence": line.evidence,
            }
            for line in (() if is_empty else case.labels.procedures)
        ]
        built: SuggestionSet = answer_with(case, rows)
        return built

    return build


def test_the_labels_themselves_are_perfect(answer: Any) -> None:
    metrics = evaluate_services(CASES, [answer(case) for case in CASES])
    assert metrics.pop("visit_procedure_trap_rate") == 0
    assert set(metrics.values()) == {1.0}


def test_nothing_suggested_is_nothing_right(answer: Any) -> None:
    metrics = evaluate_services(CASES, [answer(case, is_empty=True) for case in CASES])
    assert set(metrics.values()) == {0.0}


def test_wrong_units_are_wrong_lines_and_right_codes(answer: Any) -> None:
    metrics = evaluate_services(CASES, [answer(case, units=1) for case in CASES])
    assert metrics["visit_procedure_f1"] == pytest.approx(1)
    assert metrics["visit_procedure_line_f1"] == 0
