"""How an operator's own appeals to a payer ended, by category of denial."""

from collections.abc import Iterable
from dataclasses import dataclass

from data.reviews import ReasonCategory
from data.wilson import wilson

# So many answered appeals in a payer's category stand for themselves.
ENOUGH = 30
# A category leans to the payer's overall rate as if it had so many more appeals.
_PRIOR_COUNT = 10


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
    smoothed = wilson(sum(own) + _PRIOR_COUNT * overall, count)
    return OwnRate(smoothed.value, smoothed.low, smoothed.high, len(own), sum(own))
