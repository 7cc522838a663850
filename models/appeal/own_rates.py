"""How an operator's own appeals to a payer ended, by category of denial."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from data.reviews import ReasonCategory

# So many answered appeals in a payer's category stand for themselves.
ENOUGH = 30
# A category leans to the payer's overall rate as if it had so many more appeals.
_PRIOR_COUNT = 10
_Z = 1.96


@dataclass(frozen=True, slots=True)
class AppealOutcome:
    """A line that was appealed and answered again."""

    category: ReasonCategory
    is_overturned: bool


@dataclass(frozen=True, slots=True)
class OwnRate:
    """`low` and `high` are the Wilson interval of 95 % of the smoothed rate."""

    rate: float
    low: float
    high: float
    cases: int
    overturned: int


def rate_outcomes(outcomes: Iterable[AppealOutcome], category: ReasonCategory) -> OwnRate | None:
    """Of one payer's outcomes; None while the category has fewer than `ENOUGH`."""
    known = list(outcomes)
    own = [one.is_overturned for one in known if one.category is category]
    if len(own) < ENOUGH:
        return None
    overall = sum(one.is_overturned for one in known) / len(known)
    count = len(own) + _PRIOR_COUNT
    rate = (sum(own) + _PRIOR_COUNT * overall) / count
    low, high = _wilson(rate, count)
    return OwnRate(rate, low, high, len(own), sum(own))


def _wilson(rate: float, count: int) -> tuple[float, float]:
    scale = 1 + _Z**2 / count
    middle = (rate + _Z**2 / (2 * count)) / scale
    half = _Z * math.sqrt(rate * (1 - rate) / count + _Z**2 / (4 * count**2)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)
