"""Stable 64-bit numbers for what a claim says, so that an artefact can ship counts without the words counted."""

import struct
from functools import lru_cache
from hashlib import blake2b

_NUMBERS = tuple(struct.Struct(f"<{count}Q") for count in range(6))


@lru_cache(maxsize=65_536)
def token(text: str) -> int:
    """The same on every machine and in every run, unlike `hash`."""
    return _digest(text.encode())


@lru_cache(maxsize=131_072)
def combine(*tokens: int) -> int:
    """One number for an ordered group of at most five tokens."""
    return _digest(_NUMBERS[len(tokens)].pack(*tokens))


def _digest(content: bytes) -> int:
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "little")
