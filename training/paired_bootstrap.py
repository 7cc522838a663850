"""How much one model differs from another on the same cases, with an interval from resampled cases."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], float]
ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """Challenger less champion, with its interval of 95 %."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:+.4f} [{self.low:+.4f}, {self.high:+.4f}]"


def pooled_f1(counts: Floats) -> float:
    """Micro-F1. *Shape:* counts (cases, 2): right; given and wanted together."""
    right, total = counts.sum(axis=0)
    return float(2 * right / max(total, 1.0))


def compare(champion: Floats, challenger: Floats, *, rounds: int = ROUNDS, seed: int = 1) -> Difference:
    """Of micro-F1; row i of both is the same case, and a round draws the same cases for both.

    *Shapes:* (cases, 2), as in `pooled_f1`.
    """
    if champion.shape != challenger.shape:
        raise ValueError("the two models answered different cases")
    value = pooled_f1(challenger) - pooled_f1(champion)
    if not len(champion):
        return Difference(value, value, value)
    picks = np.random.default_rng(seed).integers(0, len(champion), (rounds, len(champion)))
    drawn = _f1(challenger[picks].sum(axis=1)) - _f1(champion[picks].sum(axis=1))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Difference(value, float(low), float(high))


def compare_statistic(
    champion: Floats, challenger: Floats, statistic: Statistic, *, rounds: int = 200, seed: int = 1
) -> Difference:
    """Of any statistic over rows; a draw on which it is not defined (NaN) is left out."""
    value = statistic(challenger) - statistic(champion)
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(rounds):
        pick = generator.integers(0, len(champion), len(champion))
        drawn.append(statistic(challenger[pick]) - statistic(champion[pick]))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Difference(value, float(low), float(high))


def _f1(sums: Floats) -> Floats:
    """*Shape:* (rounds, 2) -> (rounds,)."""
    result: Floats = 2 * sums[:, 0] / np.maximum(sums[:, 1], 1.0)
    return result
