"""Seeded chance for invented data."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice(Random):
    """Draws that read as sentences; the same seed gives the same draws."""

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def pick(self, weighted: Sequence[tuple[T, float]]) -> T:
        """One of the values, in proportion to its weight."""
        values, weights = zip(*weighted, strict=True)
        chosen: T = self.choices(values, weights)[0]
        return chosen

    def rate(self, mean: float, concentration: float) -> float:
        """A rate between 0 and 1: beta distributed, closer to the mean the higher the concentration."""
        return self.betavariate(mean * concentration, (1 - mean) * concentration)

    def factor(self, spread: float) -> float:
        """A factor around 1: log-normal with median 1."""
        return self.lognormvariate(0, spread)
