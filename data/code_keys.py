"""Procedure codes as integers, so that millions of them sort, pack and map into memory.

A code of five characters 0-9 and A-Z is read in base 36 (below 2**26); a pair is `first * 36**5 + second`
(below 2**52).
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

CODE_LENGTH = 5
_BASE = 36
_PAIR: int = _BASE**CODE_LENGTH
_CODE = re.compile(r"[0-9A-Z]{5}")
_DIGITS = np.full(256, 255, dtype=np.uint8)
_DIGITS[np.arange(ord("0"), ord("9") + 1)] = np.arange(10)
_DIGITS[np.arange(ord("A"), ord("Z") + 1)] = np.arange(10, 36)


def is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def code_key(code: str) -> int:
    return int(code, _BASE)


def pair_key(first: int, second: int) -> int:
    """The key of two code keys, in order."""
    return first * _PAIR + second


def key_code(key: int) -> str:
    digits = []
    for _ in range(CODE_LENGTH):
        key, digit = divmod(key, _BASE)
        digits.append("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit])
    return "".join(reversed(digits))


def code_keys(codes: pa.Array | pa.ChunkedArray) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Keys of many texts, and which of the texts are codes at all.

    *Shapes:* (rows,) each; the key of a text that is no code is 0.
    """
    digits = _DIGITS[_characters(codes)]
    is_valid: NDArray[np.bool_] = np.all(digits < _BASE, axis=1)
    keys = np.zeros(len(digits), dtype=np.uint64)
    for column in digits.T:
        keys = keys * np.uint64(_BASE) + column
    keys[~is_valid] = 0
    return keys, is_valid


def _characters(codes: pa.Array | pa.ChunkedArray) -> NDArray[np.uint8]:
    """*Shape:* (rows, 5); a text of another length becomes question marks."""
    texts = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
    texts = pc.fill_null(texts.cast(pa.string()), "").cast(pa.binary())
    fits = pc.equal(pc.binary_length(texts), CODE_LENGTH)
    fixed = pc.if_else(fits, texts, pa.scalar(b"?" * CODE_LENGTH)).cast(pa.binary(CODE_LENGTH))
    data = fixed.buffers()[1]
    flat = np.frombuffer(data, dtype=np.uint8, count=len(fixed) * CODE_LENGTH, offset=fixed.offset * CODE_LENGTH)
    return flat.reshape(-1, CODE_LENGTH)
