"""Dates as integers, days since 1970-01-01, so that columns of them compare fast."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

ALWAYS_BEFORE = -(2**31)
ALWAYS_AFTER = 2**31 - 1
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    return day.toordinal() - _EPOCH


def day_numbers(texts: pa.Array | pa.ChunkedArray, *, missing: int) -> NDArray[np.int32]:
    """Days of texts written 20240131 or 2024-01-31; whatever else stands there (`*`, blank) becomes `missing`.

    *Shape:* (rows,).
    """
    column = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    digits = pc.replace_substring(pc.utf8_trim_whitespace(pc.fill_null(column.cast(pa.string()), "")), "-", "")
    distinct = digits.dictionary_encode()
    values = np.array([_parse(text, missing) for text in distinct.dictionary.to_pylist()], dtype=np.int32)
    return values[distinct.indices.to_numpy(zero_copy_only=False)] if len(values) else np.zeros(0, np.int32)


def _parse(text: str, missing: int) -> int:
    if len(text) != 8 or not text.isdigit():
        return missing
    try:
        return day_number(date(int(text[:4]), int(text[4:6]), int(text[6:])))
    except ValueError:
        return missing
