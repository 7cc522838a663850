"""The threshold of visits is where whole answers are best."""

import numpy as np
import pytest

from data.notes import Profile
from models.coding.ranker import Calibration
from training.coding_policy import CANDIDATE_SHARE, default_policy, with_visits
from training.visit_policy import _best_threshold, _Scored


def _scored(rows: list[tuple[float, str]], wanted: int) -> _Scored:
    scores = np.array([score for score, _ in rows])
    kinds = [kind for _, kind in rows]
    required, optional = (np.array([kind == name for kind in kinds]) for name in ("required", "optional"))
    return _Scored(scores, required | optional, required, optional, wanted)


@pytest.mark.parametrize(
    ("rows", "wanted", "threshold"),
    [
        ([(0.9, "required"), (0.5, "required"), (0.4, "wrong")], 2, 0.5),
        ([(0.9, "required"), (0.5, "wrong"), (0.4, "required")], 2, 0.4),
        ([(0.9, "required"), (0.5, "wrong"), (0.4, "wrong"), (0.3, "wrong")], 1, 0.9),
        ([(0.9, "optional"), (0.8, "required"), (0.5, "optional")], 1, 0.8),
    ],
)
def test_the_threshold_is_where_f1_is_highest(rows: list[tuple[float, str]], wanted: int, threshold: float) -> None:
    assert _best_threshold(_scored(rows, wanted)) == threshold


def test_only_visits_are_changed() -> None:
    policy = default_policy(0.25, 0.4)
    changed = with_visits(policy, 0.3, Calibration(0.8, 0.5))
    assert changed.of(Profile.MENTIONS) == policy.of(Profile.MENTIONS)
    visit = changed.of(Profile.OUTPATIENT)
    assert (visit.suggested, visit.candidate) == (0.3, CANDIDATE_SHARE * 0.3)
    assert (visit.slope, visit.intercept) == (0.8, 0.5)
    assert changed.of(Profile.INPATIENT).limit == policy.of(Profile.INPATIENT).limit
