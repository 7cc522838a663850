"""Stable 64-bit numbers for what a claim says, so that an artefact can ship counts without the words counted."""

from functools import lru_cache
from hashlib import blake2b

_MASK = 2**64 - 1
_MULTIPLIER = 0x9E3779B97F4A7C15


@lru_cache(maxsize=200_000)
def token(text: str) -> int:
    """The same on every machine and in every run, unlike `hash`."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def combine(*tokens: int) -> int:
    """One number for an ordered group of tokens."""
    mixed = len(tokens)
    for value in tokens:
        mixed = (mixed ^ value) * _MULTIPLIER & _MASK
        mixed ^= mixed >> 29
    return mixed
