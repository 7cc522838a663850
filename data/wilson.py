"""Wilson's interval for a share (Wilson 1927)."""

from math import sqrt
from typing import NamedTuple

_Z = 1.959964


class Share(NamedTuple):
    """Of so many cases, with its interval of 95 %; NaN and the whole range where there are none."""

    cases: int
    value: float
    low: float
    high: float


def wilson(hits: float, count: int) -> Share:
    """`hits` need not be whole: a smoothed rate times its count has an interval too."""
    if not count:
        return Share(0, float("nan"), 0.0, 1.0)
    share, square = hits / count, _Z**2 / count
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * sqrt(share * (1 - share) / count + square / (4 * count))
    return Share(count, share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))
