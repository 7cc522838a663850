"""Scores become probabilities without changing their order, and what is suggested stays what it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.suggestions import Tier
from models.coding.policy import ProfilePolicy

_SCORES = st.floats(0, 1)
_SLOPES = st.floats(0.2, 3)
_INTERCEPTS = st.floats(-3, 3)


@given(low=_SCORES, high=_SCORES, slope=_SLOPES, intercept=_INTERCEPTS)
def test_calibration_keeps_the_order_and_stays_a_probability(
    low: float, high: float, slope: float, intercept: float
) -> None:
    policy = ProfilePolicy(0.1, 0.3, 25, slope=slope, intercept=intercept)
    low, high = sorted((low, high))
    assert 0 <= policy.calibrate(low) <= policy.calibrate(high) <= 1


@pytest.mark.parametrize("score", [0.0, 0.003, 0.5, 0.99, 1.0])
def test_without_a_calibration_a_score_is_the_probability(score: float) -> None:
    assert ProfilePolicy(0.1, 0.3, 25).calibrate(score) == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize(("score", "tier"), [(0.05, None), (0.1, Tier.CANDIDATE), (0.3, Tier.SUGGESTED)])
def test_tiers_go_by_the_score(score: float, tier: Tier | None) -> None:
    assert ProfilePolicy(0.1, 0.3, 25, slope=2.0, intercept=1.0).find_tier(score) is tier
