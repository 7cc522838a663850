"""Past-only denial rates: one streaming book of counts, the same when a model is trained and when it serves.

The book knows what it was told, in the order of time; whoever fills it tells it a claim when it is prepared and its
labels when the payer has answered. Recent counts fade with a half-life, so that a changed policy shows within weeks.
"""

from array import array
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from models.denial.answers import Answers, Floats

HALF_LIFE_DAYS = 75.0
_FADE = log(2) / HALF_LIFE_DAYS
_MOST_DAYS = 1 << 16
# By the number of days that a count has faded; beyond 179 years nothing is left of it.
_FADES = np.array([exp(-_FADE * lag) for lag in range(_MOST_DAYS)])
# How many lines were billed, how many of them answered, how many of those denied; the recent counts are those faded
# to `day` (days since 1970-01-01).
COLUMNS = ("seen", "count", "denied", "recent_count", "recent_denied", "day")
_UNKNOWN = 0


class RateBook:
    """Counts by key, a row each. `day` is the last day on which the book learned anything."""

    def __init__(self, keys: Sequence[int] = (), columns: Sequence[Sequence[float]] = ((),) * 6, day: int = 0) -> None:
        """`columns` are those of COLUMNS, parallel to the keys."""
        self._rows = dict(zip(keys, range(_UNKNOWN + 1, len(keys) + 1), strict=True))
        self._columns = tuple(array("d", [0.0, *column]) for column in columns)
        self._seen, self._count, self._denied, self._recent_count, self._recent_denied, self._day = self._columns
        self.day = day

    def __len__(self) -> int:
        return len(self._rows)

    def as_columns(self) -> tuple[list[int], Floats]:
        """What the constructor takes, by ascending key. *Shapes:* (keys,), (len(COLUMNS), keys)."""
        keys = sorted(self._rows)
        return keys, np.array(self._columns)[:, [self._rows[key] for key in keys]]

    def see(self, key: int, day: int) -> None:
        self._seen[self._row(key)] += 1
        self.day = max(self.day, day)

    def learn(self, keys: Sequence[int], day: int, is_denied: Sequence[bool]) -> None:
        """The answers of a day; a key counts as often as it comes. `is_denied` is parallel to the keys."""
        rows = self._find_rows(keys)
        for new in np.flatnonzero(rows == _UNKNOWN).tolist():
            rows[new] = self._row(keys[new])
        _, count, denied, recent_count, recent_denied, last_day = map(np.frombuffer, self._columns)
        fades = _fades(day - last_day[rows])
        recent_count[rows] *= fades
        recent_denied[rows] *= fades
        last_day[rows] = np.maximum(last_day[rows], day)
        for counts, added in ((count, 1.0), (recent_count, 1.0), (denied, is_denied), (recent_denied, is_denied)):
            np.add.at(counts, rows, added)
        self.day = max(self.day, day)

    def look_up(self, keys: Sequence[Sequence[int]], days: NDArray[np.int64]) -> Answers:
        """*Shapes:* keys (rows, width), days (rows,), to which a row's recent counts fade -> (rows, width)."""
        rows = self._find_rows(chain.from_iterable(keys)).reshape(len(keys), -1)
        seen, count, denied, recent_count, recent_denied, last_day = (
            np.frombuffer(column)[rows] for column in self._columns
        )
        fades = _fades(days[:, np.newaxis] - last_day)
        return Answers(rows != _UNKNOWN, seen, count, denied, recent_count * fades, recent_denied * fades)

    def _find_rows(self, keys: Iterable[int]) -> NDArray[np.intp]:
        return np.fromiter(map(self._rows.get, keys, repeat(_UNKNOWN)), dtype=np.intp)

    def _row(self, key: int) -> int:
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = len(self._rows) + 1
            for column in self._columns:
                column.append(0.0)
        return row


def _fades(lags: Floats) -> Floats:
    """By how much counts have faded after so many days; those of later days have not."""
    return _FADES[np.clip(lags, 0, _MOST_DAYS - 1).astype(np.intp)]
