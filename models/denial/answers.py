"""What payers have answered under many keys, as arrays, and the rates that it comes to."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answers:
    """By key: how many lines were `seen`, how many of them answered, how many of those denied.

    The recent counts are those faded to a day of each key. *Shape:* the same for all arrays.
    """

    is_known: NDArray[np.bool_]
    seen: Floats
    count: Floats
    denied: Floats
    recent_count: Floats
    recent_denied: Floats

    def __getitem__(self, part: Any) -> "Answers":
        """A part of each array, as numpy cuts it."""
        return Answers(
            self.is_known[part],
            self.seen[part],
            self.count[part],
            self.denied[part],
            self.recent_count[part],
            self.recent_denied[part],
        )

    def rates(self, priors: Floats | float, strength: float) -> Floats:
        """Shrunk to the priors as if those had been seen `strength` times; of an unknown key the prior itself."""
        return np.where(self.is_known, (self.denied + strength * priors) / (self.count + strength), priors)

    def recent_rates(self, priors: Floats | float, strength: float) -> Floats:
        """As `rates`, over faded counts."""
        shrunk = (self.recent_denied + strength * priors) / (self.recent_count + strength)
        return np.where(self.is_known, shrunk, priors)


def logits(probabilities: Floats) -> Floats:
    result: Floats = np.log(probabilities / (1 - probabilities))
    return result
