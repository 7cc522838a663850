"""Scores by segment: against the measures of the whole, and on answers made by hand."""

from typing import Any

import pytest

from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.gold import Split, load_gold
from data.suggestions import SuggestionSet
from training.coding_metrics import ScoredNote
from training.gold_evaluation import evaluate_gold
from training.segment_scores import (
    JudgedNote,
    judge_notes,
    judge_reports,
    keep_billable,
    name_chapter,
    score_all,
    score_chapters,
    score_groups,
)

CASES = load_gold(Split.DEV)


@pytest.fixture
def code_set(library: CodeLibrary) -> CodeSet:
    found = library.latest(CodeSystem.ICD10CM)
    assert found is not None
    return found


@pytest.fixture
def answers(answer_with: Any) -> list[SuggestionSet]:
    """The labels without the last one of each note, and a pain too many."""
    return [
        answer_with(
            case,
            [
                {"system": CodeSystem.ICD10CM, "code": code, "role": "secondary", "evidence": d.evidence}
                for d in case.labels.diagnoses[:-1]
                for code in (d.code.dotted,)
            ]
            + [
                {
                    "system": CodeSystem.ICD10CM,
                    "code": "R52",
                    "role": "secondary",
                    "evidence": case.labels.diagnoses[0].evidence,
                }
            ],
        )
        for case in CASES
    ]


@pytest.fixture
def notes(answers: list[SuggestionSet]) -> list[JudgedNote]:
    return judge_notes(CASES, answers)


def test_all_notes_have_the_published_measures(notes: list[JudgedNote], answers: list[SuggestionSet]) -> None:
    metrics, whole = evaluate_gold(CASES, answers), score_all("all", notes)
    assert whole.precision.value == pytest.approx(metrics["visit_micro_precision"])
    assert whole.recall.value == pytest.approx(metrics["visit_micro_recall"])
    assert whole.f1.value == pytest.approx(metrics["visit_micro_f1"])
    assert whole.f1[2:] == pytest.approx((metrics["visit_micro_f1_low"], metrics["visit_micro_f1_high"]))
    assert whole.category_f1.value == pytest.approx(metrics["visit_three_character_f1"])


def test_segments_divide_what_they_are_of(notes: list[JudgedNote], code_set: CodeSet) -> None:
    whole = score_all("all", notes)
    for segments in (score_groups("specialty", notes), score_groups("style", notes), score_chapters(notes, code_set)):
        assert sum(one.codes for one in segments) == whole.codes
        assert sum(one.precision.cases for one in segments) == whole.precision.cases
    assert sum(one.notes for one in score_groups("specialty", notes)) == len(CASES)
    assert [one.name for one in score_groups("profile", notes, least=0)] == ["outpatient", "inpatient"]


def test_small_segments_are_taken_together(notes: list[JudgedNote]) -> None:
    segments = score_groups("specialty", notes)
    assert all(one.codes >= 10 for one in segments[:-1])
    assert segments[-1].name.startswith("others (")


def test_a_champion_is_compared_on_the_same_notes(notes: list[JudgedNote], code_set: CodeSet) -> None:
    segments = [*score_groups("specialty", notes, notes), *score_chapters(notes, code_set, notes)]
    assert {one.difference.value for one in segments if one.difference} == {0}
    assert all(one.difference for one in segments)


def test_case_reports_may_hold_headers(code_set: CodeSet) -> None:
    reports = judge_reports([ScoredNote(frozenset({"E119", "M17"}), {"E119": 0.9, "M1711": 0.8, "R52": 0.1})], 0.5)
    whole, billable = score_all("all", reports), score_all("all", keep_billable(reports, code_set))
    assert (whole.recall.value, whole.precision.value, whole.category_f1.value) == (0.5, 0.5, 1)
    assert (billable.recall.value, billable.precision.value, billable.category_f1.value) == (1, 0.5, 1)


@pytest.mark.parametrize(
    ("code", "chapter"),
    [
        ("E11.22", "4 Endocrine, nutritional and metabolic diseases"),
        ("M17", "13 Diseases of the mus"),
        ("Q", "unknown"),
    ],
)
def test_chapters_have_names(code: str, chapter: str, code_set: CodeSet) -> None:
    assert name_chapter(code, code_set).startswith(chapter)
