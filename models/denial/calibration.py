"""From log-odds of lines to calibrated probabilities of lines and claims."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.notes import PayerKind

Floats = NDArray[np.float64]
_SMALLEST = 1e-6


def sigmoid(values: Floats) -> Floats:
    return 1 / (1 + np.exp(-values))


def logit(probabilities: Floats) -> Floats:
    clipped = np.clip(probabilities, _SMALLEST, 1 - _SMALLEST)
    return np.log(clipped / (1 - clipped))


@dataclass(frozen=True, slots=True)
class LineCalibration:
    """Platt's: probability = sigmoid(slope * log-odds + intercept)."""

    slope: float
    intercept: float

    def apply(self, log_odds: Floats) -> Floats:
        return sigmoid(self.slope * log_odds + self.intercept)


@dataclass(frozen=True, slots=True)
class ClaimCalibration:
    """A claim's log-odds: a weighted sum of those of its riskiest line and of `any line` as if lines were independent,
    with an offset for each kind of payer. Lines of a claim are denied together more often than chance would have it."""

    riskiest: float
    any_line: float
    intercept: float
    kinds: Mapping[PayerKind, float]

    def apply(self, summary: Floats, kinds: list[PayerKind]) -> Floats:
        """*Shapes:* summary (claims, 2) as `summarize_lines` gives it -> (claims,)."""
        offsets = np.array([self.kinds.get(kind, 0.0) for kind in kinds])
        return sigmoid(summary @ np.array([self.riskiest, self.any_line]) + self.intercept + offsets)


def summarize_lines(probabilities: Floats, owners: NDArray[np.int_], claims: int) -> Floats:
    """Log-odds of each claim's riskiest line and of any line. *Shapes:* (lines,), (lines,) -> (claims, 2)."""
    riskiest = np.zeros(claims)
    np.maximum.at(riskiest, owners, probabilities)
    survival = np.bincount(owners, np.log1p(-np.clip(probabilities, 0, 1 - _SMALLEST)), claims)
    return np.column_stack([logit(riskiest), logit(1 - np.exp(survival))])
