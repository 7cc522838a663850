"""Coverage at a precision, against trying every threshold; and measures of answers made from the gold notes."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.codes import CodeSystem
from data.gold import GoldCase, Split, load_gold
from data.suggestions import Evidence, SuggestionSet
from data.wilson import wilson
from training.gold_detail import coverage, evaluate_detail

rankings = st.lists(st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.booleans()), max_size=60)


@settings(max_examples=80)
@given(rankings, st.sampled_from([0.3, 0.6, 0.95]))
def test_coverage_as_by_every_threshold(ranked: list[tuple[float, bool]], precision: float) -> None:
    best = 0
    for threshold, _ in ranked:
        taken = [is_right for probability, is_right in ranked if probability >= threshold]
        if wilson(sum(taken), len(taken)).low >= precision:
            best = max(best, sum(taken))
    assert coverage(ranked, 100, precision) == pytest.approx(best / 100)


@pytest.mark.parametrize(
    ("ranked", "covered"),
    [
        ([(0.9, True)] * 80, 0.8),
        ([(0.9, True)] * 80 + [(0.8, False)] * 20, 0.8),
        ([(0.9, True)] * 80 + [(0.9, False)] * 20, 0.0),  # they can't be told apart
        ([(0.9, True)] * 10, 0.0),  # too few to be sure
        ([], 0.0),
    ],
)
def test_coverage_is_a_promise(ranked: list[tuple[float, bool]], covered: float) -> None:
    assert coverage(ranked, 100, 0.95) == pytest.approx(covered)


CASES = load_gold(Split.DEV)[:40]


@pytest.fixture
def answer(answer_with: Any) -> Callable[..., SuggestionSet]:
    """The labels themselves; `is_moved`, on the first letter of the note; `ending` in place of what follows the
    category."""

    def build(case: GoldCase, *, is_moved: bool = False, ending: str = "") -> SuggestionSet:
        note = case.encounter.documents[0]
        first = Evidence(document_id=note.document_id, start=0, end=1, quote=note.text[:1])
        rows = [
            {
                "system": CodeSystem.ICD10CM,
                "code": gold.code.category + ending if ending else gold.code.dotted,
                "role": gold.role,
                "evidence": (first,) if is_moved else gold.evidence,
            }
            for gold in case.labels.diagnoses
        ]
        built: SuggestionSet = answer_with(case, rows)
        return built

    return build


def test_the_labels_themselves_are_perfect(answer: Any) -> None:
    metrics = evaluate_detail(CASES, [answer(case) for case in CASES])
    assert metrics["visit_three_character_f1"] == metrics["visit_evidence_f1"] == 1
    assert metrics["visit_coverage_at_95"] == 1


def test_words_elsewhere_support_nothing(answer: Any) -> None:
    metrics = evaluate_detail(CASES, [answer(case, is_moved=True) for case in CASES])
    assert metrics["visit_evidence_f1"] < 0.1
    assert metrics["visit_three_character_f1"] == 1


def test_a_right_category_counts_for_itself_alone(answer: Any) -> None:
    metrics = evaluate_detail(CASES, [answer(case, ending=".0ZZ") for case in CASES])
    assert metrics["visit_three_character_f1"] == 1
    assert metrics["visit_coverage_at_95"] == 0
