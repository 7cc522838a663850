"""Deciles, families and the surest codes: against counting, and on probabilities that are true."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.notes import Profile
from data.wilson import wilson
from training.coding_metrics import expected_calibration_error
from training.reliability import ShownCode, least_for, measure_deciles, measure_families, measure_family, measure_surest

codes = st.builds(
    ShownCode,
    code=st.sampled_from(["A00", "B20", "C50.9"]),
    probability=st.integers(0, 100).map(lambda percent: percent / 100),
    is_right=st.booleans(),
    profile=st.just(Profile.OUTPATIENT),
)


@given(st.lists(codes, min_size=1, max_size=60))
def test_deciles_hold_every_code_once_and_give_the_calibration_error(shown: list[ShownCode]) -> None:
    deciles = measure_deciles(shown)
    assert sum(one.right.cases for one in deciles) == len(shown)
    assert all(
        one.low <= one.mean <= one.high and one.right.low <= one.right.value <= one.right.high for one in deciles
    )
    gaps = sum(one.right.cases * abs(one.mean - one.right.value) for one in deciles)
    labels = np.array([one.is_right for one in shown], dtype=float)
    error = expected_calibration_error(np.array([one.probability for one in shown]), labels, bins=10)
    assert gaps / len(shown) == pytest.approx(error)


@given(st.lists(codes, min_size=1, max_size=60), st.integers(1, 60))
def test_the_surest_are_counted(shown: list[ShownCode], size: int) -> None:
    found = measure_surest(shown, [size])
    if size > len(shown):
        assert found == []
    else:
        chosen = sorted(shown, key=lambda one: (-one.probability, one.is_right))[:size]
        assert found == [wilson(sum(one.is_right for one in chosen), size)]


def _draw(shift: float) -> list[ShownCode]:
    generator = np.random.default_rng(7)
    probabilities = generator.uniform(0.1, 0.8, 400)
    hits = generator.random(400) < probabilities + shift
    return [
        ShownCode("A00", float(p), bool(hit), Profile.OUTPATIENT) for p, hit in zip(probabilities, hits, strict=True)
    ]


def test_chance_explains_true_probabilities_and_no_others() -> None:
    true, false = measure_family("all", _draw(0)), measure_family("all", _draw(0.2))
    assert true.error <= true.by_chance
    assert false.error > 2 * false.by_chance


def test_small_families_are_taken_together_at_the_end() -> None:
    shown = [
        *_draw(0),
        ShownCode("B20", 0.5, True, Profile.OUTPATIENT),
        ShownCode("C50", 0.5, True, Profile.OUTPATIENT),
    ]
    families = measure_families(shown, lambda code: code[0])
    assert [(one.family, one.codes) for one in families] == [("A", 400), ("others (2)", 2)]


@pytest.mark.parametrize(("precision", "wrong"), [(0.95, 0), (0.95, 1), (0.9, 3), (0.5, 0)])
def test_the_fewest_codes_that_prove_a_precision(precision: float, wrong: int) -> None:
    size = least_for(precision, wrong)
    assert wilson(size - wrong, size).low >= precision > wilson(size - 1 - wrong, size - 1).low
