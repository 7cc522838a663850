"""What a procedure usually costs, learned from the claims seen so far."""

from collections.abc import Iterator
from math import exp, log, nan

from data.claims import ClaimLine
from models.denial.keys import charge_key

_MIN_COUNT = 5


class ChargeBook:
    """By procedure, the number of lines seen and the sum of the logarithms of their charge for one unit in cents."""

    def __init__(self, sums: dict[int, tuple[float, float]] | None = None) -> None:
        self._sums: dict[int, tuple[float, float]] = sums if sums is not None else {}

    def items(self) -> Iterator[tuple[int, tuple[float, float]]]:
        return iter(self._sums.items())

    def see(self, line: ClaimLine) -> None:
        if line.charge_cents:
            count, total = self._sums.get(charge_key(line), (0.0, 0.0))
            self._sums[charge_key(line)] = (count + 1, total + log(line.charge_cents / line.units))

    def expected_cents(self, line: ClaimLine) -> float:
        """The usual charge of the line's units; NaN when the procedure was seen fewer than five times."""
        count, total = self._sums.get(charge_key(line), (0.0, 0.0))
        return exp(total / count) * line.units if count >= _MIN_COUNT else nan
