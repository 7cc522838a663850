"""NCCI procedure-to-procedure pairs: which two codes are not paid together on one day.

The table holds four parallel columns sorted by pair: `pair` uint64, `first_day` and `last_day` int32, `indicator`
uint8. Lookups read them where they lie, so a memory-mapped table is shared between processes.
"""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date
from enum import IntEnum, StrEnum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.code_keys import code_key, key_code, pair_key
from data.days import day_number

COLUMNS = pa.schema(
    [("pair", pa.uint64()), ("first_day", pa.int32()), ("last_day", pa.int32()), ("indicator", pa.uint8())]
)

# The schema metadata of a stored table says whose services its edits are for.
SETTING_KEY = b"setting"


class EditSetting(StrEnum):
    """Whose services a table of edits is for."""

    PRACTITIONER = "practitioner"
    HOSPITAL = "hospital"
    SUPPLIER = "supplier"


class ModifierIndicator(IntEnum):
    """Whether a modifier can separate the two services of a pair."""

    NEVER = 0
    ALLOWED = 1
    NOT_APPLICABLE = 9


_INDICATORS = {indicator.value: indicator for indicator in ModifierIndicator}


class NcciPairs:
    """The pairs of one release and setting."""

    def __init__(self, release: str, table: pa.Table) -> None:
        self.release = release
        pairs, *others = (np.asarray(table[name].combine_chunks()) for name in COLUMNS.names)
        self._pairs, self._first, self._last, self._indicator = (column.data for column in (pairs, *others))
        self._blocks = _index_blocks(pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def find(self, column1: str, column2: str, day: date) -> ModifierIndicator | None:
        """How the pair, in this order, is edited on a day; None when column 2 is paid beside column 1."""
        block = self._blocks.get(column1)
        if block is None:
            return None
        key = pair_key(code_key(column1), code_key(column2))
        number = day_number(day)
        for row in range(bisect_left(self._pairs, key, *block), block[1]):
            if self._pairs[row] != key:
                return None
            if self._first[row] <= number <= self._last[row]:
                return _INDICATORS[self._indicator[row]]
        return None


def _index_blocks(pairs: NDArray[np.uint64]) -> Mapping[str, tuple[int, int]]:
    """The half-open range of rows of each column 1 code."""
    firsts = pairs // np.uint64(pair_key(1, 0))
    starts = np.flatnonzero(np.diff(firsts, prepend=np.uint64(2**63)))
    ends = np.append(starts[1:], len(pairs))[: len(starts)].tolist()
    keys = firsts[starts].tolist()
    return {key_code(key): (start, end) for key, start, end in zip(keys, starts.tolist(), ends, strict=True)}
