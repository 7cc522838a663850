"""Past-only denial rates: one streaming book of counts, the same when a model is trained and when it serves.

The book knows what it was told, in the order of time; whoever fills it tells it a claim when it is prepared and its
labels when the payer has answered. Recent counts fade with a half-life, so that a changed policy shows within weeks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log

HALF_LIFE_DAYS = 75.0
_FADE = log(2) / HALF_LIFE_DAYS


@dataclass(slots=True)
class Tally:
    """`seen` lines were billed, `count` of them answered, `denied` of those denied.

    The recent counts are those faded to `day` (days since 1970-01-01).
    """

    seen: float = 0.0
    count: float = 0.0
    denied: float = 0.0
    recent_count: float = 0.0
    recent_denied: float = 0.0
    day: int = 0

    def add(self, day: int, *, is_denied: bool) -> None:
        self.count += 1
        self.denied += is_denied
        if day > self.day:
            fade = exp(-_FADE * (day - self.day))
            self.recent_count *= fade
            self.recent_denied *= fade
            self.day = day
        self.recent_count += 1
        self.recent_denied += is_denied

    def recent(self, day: int) -> tuple[float, float]:
        """Faded counts of answers and denials on a day."""
        lag = day - self.day
        fade = exp(-_FADE * lag) if lag > 0 else 1.0
        return self.recent_count * fade, self.recent_denied * fade


_EMPTY = Tally()


class RateBook:
    """Tallies by key. `day` is the last day on which the book learned anything."""

    def __init__(self, tallies: dict[int, Tally] | None = None, day: int = 0) -> None:
        self._tallies: dict[int, Tally] = tallies if tallies is not None else {}
        self.day = day

    def __len__(self) -> int:
        return len(self._tallies)

    def items(self) -> Iterator[tuple[int, Tally]]:
        return iter(self._tallies.items())

    def see(self, key: int, day: int) -> None:
        self._get(key).seen += 1
        self.day = max(self.day, day)

    def learn(self, key: int, day: int, *, is_denied: bool) -> None:
        self._get(key).add(day, is_denied=is_denied)
        self.day = max(self.day, day)

    def find(self, key: int) -> Tally:
        """An empty tally when nothing is known."""
        return self._tallies.get(key, _EMPTY)

    def rate(self, key: int, prior: float, strength: float) -> tuple[float, float]:
        """The rate shrunk to the prior as if that had been seen `strength` times, and the count behind it."""
        tally = self._tallies.get(key)
        if tally is None:
            return prior, 0.0
        return (tally.denied + strength * prior) / (tally.count + strength), tally.count

    def recent_rate(self, key: int, day: int, prior: float, strength: float) -> float:
        """As `rate`, over faded counts."""
        tally = self._tallies.get(key)
        if tally is None:
            return prior
        count, denied = tally.recent(day)
        return (denied + strength * prior) / (count + strength)

    def both_rates(self, key: int, day: int, prior: float, strength: float) -> tuple[float, float]:
        """`rate`, and `recent_rate` shrunk to it."""
        tally = self._tallies.get(key)
        if tally is None:
            return prior, prior
        rate = (tally.denied + strength * prior) / (tally.count + strength)
        count, denied = tally.recent(day)
        return rate, (denied + strength * rate) / (count + strength)

    def _get(self, key: int) -> Tally:
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies[key] = Tally()
        return tally
