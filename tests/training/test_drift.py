"""Drift is measured as the textbooks do, and chance raises no more alarms than promised."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from training.drift import DriftLimits, Value, bin_values, find_drift, find_ks, find_psi

QUICK = DriftLimits(permutations=199, least=5)
COUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=12)


def is_recent(before: int, after: int) -> np.ndarray:
    return np.arange(before + after) >= before


@given(COUNTS)
def test_psi_of_the_same_is_nothing_and_of_others_is_symmetric(counts: list[int]) -> None:
    first, second = np.array(counts, dtype=float), np.array(counts[::-1], dtype=float)
    assert find_psi(first, first) == pytest.approx(0)
    assert find_psi(first, second) == pytest.approx(find_psi(second, first))
    assert find_psi(first, second) >= 0


def test_psi_by_hand() -> None:
    """Half a case is added to each bin."""
    expected = (0.75 - 0.25) * math.log(0.75 / 0.25) * 2
    assert find_psi(np.array([2.5, 8.5]), np.array([8.5, 2.5])) == pytest.approx(expected)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.lists(st.integers(0, 9), min_size=1, max_size=60))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_ks_is_the_one_of_scipy(first: list[int], second: list[int]) -> None:
    counts = [np.bincount(values, minlength=10).astype(float) for values in (first, second)]
    assert find_ks(*counts) == pytest.approx(ks_2samp(first, second, method="asymp").statistic)


@pytest.mark.parametrize(
    ("values", "bins", "is_ordered"),
    [
        ([["a"], ["b", "a"], []], 2, False),
        ([[float(number)] for number in range(100)], 10, True),
        ([[1.0]] * 9, 2, True),
        ([[], []], 1, True),
    ],
)
def test_values_fall_into_bins(values: Sequence[Sequence[Value]], bins: int, is_ordered: bool) -> None:
    found = bin_values("x", values)
    assert (len(found.bins), found.is_ordered) == (bins, is_ordered)
    assert found.counts.sum(axis=1).tolist() == [len(unit) for unit in values]


def _numbers(seed: int, before: int, after: int, shift: float) -> list[list[float]]:
    values = np.random.default_rng(seed).normal(size=before + after)
    values[before:] += shift
    return [[value] for value in values.tolist()]


@pytest.mark.parametrize(
    ("shift", "is_alarm"), [(1.0, True), (0.0, False)], ids=["a shift of one deviation", "no shift"]
)
def test_a_shift_is_told_from_chance(shift: float, is_alarm: bool) -> None:
    (found,) = find_drift([bin_values("x", _numbers(3, 300, 100, shift))], is_recent(300, 100), QUICK)
    assert found.is_alarm is is_alarm
    assert (found.units_before, found.units_after) == (300, 100)


def test_a_certain_but_small_shift_raises_no_alarm() -> None:
    (found,) = find_drift([bin_values("x", _numbers(3, 9000, 9000, 0.1))], is_recent(9000, 9000), QUICK)
    assert found.p_value < 0.01
    assert not found.is_alarm


def test_a_unit_counts_once_however_much_it_says() -> None:
    """Each unit says the same thing thirty times: as counts of words that would be certain, as units it is chance."""
    generator = np.random.default_rng(5)
    words = [["a" if generator.random() < 0.5 else "b"] * 30 for _ in range(40)]
    (found,) = find_drift([bin_values("x", words)], is_recent(20, 20), QUICK)
    assert found.p_value > 0.05


def test_too_few_units_are_not_judged() -> None:
    quantity = bin_values("x", [["a"], ["b"]] * 2 + [[]] * 30 + [["a"]] * 9)
    assert not find_drift([quantity], is_recent(34, 9), QUICK)


def test_false_alarms_stay_below_what_is_promised() -> None:
    limits = DriftLimits(psi=0.0, permutations=199, least=5)
    alarms = 0
    for seed in range(60):
        quantities = [bin_values(f"q{at}", _numbers(100 * seed + at, 60, 30, 0.0)) for at in range(4)]
        alarms += any(one.is_alarm for one in find_drift(quantities, is_recent(60, 30), limits, seed=seed))
    assert alarms / 60 < 0.12
