"""From rule scores to probabilities, until decisions calibrate them.

The table is monotone and piecewise linear: (score, probability). A score of .8 and more comes from words that say that
a service was done, with every attribute that chooses it; at .5 one attribute was guessed; at .35 a service was only
named. The probabilities were set by judgement, not measured: coders' decisions will replace them.
"""

from bisect import bisect_right

_TABLE = ((0.0, 0.01), (0.2, 0.08), (0.35, 0.22), (0.5, 0.45), (0.65, 0.68), (0.8, 0.85), (0.95, 0.94), (1.0, 0.97))
# An attribute that decides between siblings and that the note leaves open halves the trust in the choice.
OPEN_FACTOR = 0.55


def to_probability(score: float) -> float:
    """Linear between the points of the table; scores outside [0, 1] are its ends."""
    score = min(max(score, 0.0), 1.0)
    upper = min(bisect_right(_TABLE, (score, 1.0)), len(_TABLE) - 1)
    (x0, y0), (x1, y1) = _TABLE[upper - 1], _TABLE[upper]
    return y0 + (y1 - y0) * (score - x0) / (x1 - x0)
