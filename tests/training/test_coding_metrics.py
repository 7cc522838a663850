"""Metrics, compared with scikit-learn and with counting by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score

from training.coding_metrics import (
    ScoredNote,
    average_precision,
    best_threshold,
    bootstrap_f1,
    expected_calibration_error,
    macro_f1,
    mean_average_precision,
    micro_f1,
)

CODES = ["A00", "B20", "E119", "I10", "R52"]
rankings = st.dictionaries(st.sampled_from(CODES), st.integers(1, 99).map(lambda n: n / 100), max_size=5)
notes = st.builds(ScoredNote, gold=st.frozensets(st.sampled_from(CODES), min_size=1), ranked=rankings)


@settings(max_examples=50)
@given(st.lists(notes, min_size=1, max_size=8), st.sampled_from([0.2, 0.5, 0.8]))
def test_f1_as_scikit_learn(items: list[ScoredNote], threshold: float) -> None:
    truth = np.array([[code in note.gold for code in CODES] for note in items])
    given_ = np.array([[note.ranked.get(code, 0) >= threshold for code in CODES] for note in items])
    assert micro_f1(items, threshold)[2] == pytest.approx(f1_score(truth, given_, average="micro", zero_division=0))
    present = truth.any(axis=0)
    by_code = f1_score(truth[:, present], given_[:, present], average="macro", zero_division=0)
    assert macro_f1(items, threshold) == pytest.approx(by_code)


@settings(max_examples=50)
@given(st.permutations(CODES), st.frozensets(st.sampled_from(CODES), min_size=1))
def test_average_precision_as_scikit_learn(order: list[str], gold: frozenset[str]) -> None:
    ranked = {code: 1 - place / 10 for place, code in enumerate(order)}
    labels = [code in gold for code in order]
    expected = average_precision_score(labels, [ranked[code] for code in order])
    assert average_precision(ScoredNote(gold, ranked)) == pytest.approx(expected)


def test_gold_that_was_not_ranked_counts_against() -> None:
    assert mean_average_precision([ScoredNote(frozenset({"A00", "B20"}), {"A00": 0.9})]) == 0.5


def test_the_best_threshold_separates() -> None:
    note = ScoredNote(frozenset({"A00"}), {"A00": 0.7, "B20": 0.4})
    assert 0.4 < best_threshold([note]) <= 0.7


def test_calibration_error() -> None:
    assert expected_calibration_error(np.array([0.8] * 10), np.array([1.0] * 8 + [0.0] * 2)) == pytest.approx(0)
    assert expected_calibration_error(np.array([0.9] * 10), np.zeros(10)) == pytest.approx(0.9)


def test_the_interval_holds_the_value_and_narrows() -> None:
    right = ScoredNote(frozenset({"A00"}), {"A00": 0.9})
    wrong = ScoredNote(frozenset({"A00"}), {"B20": 0.9})
    few, many = [right, right, wrong], [right, right, wrong] * 60
    for items in (few, many):
        low, high = bootstrap_f1(items, 0.5, rounds=300, seed=1)
        assert low <= micro_f1(items, 0.5)[2] <= high
    narrow, wide = bootstrap_f1(many, 0.5, rounds=300, seed=1), bootstrap_f1(few, 0.5, rounds=300, seed=1)
    assert narrow[1] - narrow[0] < wide[1] - wide[0]
