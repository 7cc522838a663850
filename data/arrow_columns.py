"""Reads whole Arrow columns without nulls out of their buffers.

pyarrow's own `to_numpy` imports pandas, which costs a command 0.3 seconds, and `to_pylist` is five times slower.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def only_chunk(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The column as one array."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [pa.array([], column.type)])


def strings(column: pa.Array | pa.ChunkedArray) -> list[str]:
    array = only_chunk(column)
    if len(array) == 0:
        return []
    _, ends, characters = array.buffers()
    bounds = np.frombuffer(ends, dtype=np.int32)[array.offset : array.offset + len(array) + 1].tolist()
    content = characters.to_pybytes() if characters else b""
    if content.isascii():
        text = content.decode("ascii")
        return [text[start:end] for start, end in pairwise(bounds)]
    return [content[start:end].decode() for start, end in pairwise(bounds)]


def numbers(column: pa.Array | pa.ChunkedArray, kind: type[Any]) -> NDArray[Any]:
    """Integers or floats whose width is that of `kind`, without a copy."""
    array = only_chunk(column)
    if len(array) == 0:
        return np.empty(0, dtype=kind)
    return np.frombuffer(array.buffers()[1], dtype=kind)[array.offset : array.offset + len(array)]


def flags(column: pa.Array | pa.ChunkedArray) -> NDArray[np.bool_]:
    array = only_chunk(column)
    if len(array) == 0:
        return np.empty(0, dtype=np.bool_)
    bits = np.unpackbits(np.frombuffer(array.buffers()[1], dtype=np.uint8), bitorder="little")
    return bits[array.offset : array.offset + len(array)].astype(np.bool_)
