"""Encounters and claims that no training run learns from: the gate compares models on the newest of them."""

import zlib

HELD_OUT_PERCENT = 15


def is_held_out(identifier: str) -> bool:
    """By the identifier alone, so that every run and every version leaves out the same ones."""
    return zlib.crc32(f"held out {identifier}".encode()) % 100 < HELD_OUT_PERCENT


def is_learned_from(identifier: str) -> bool:
    return not is_held_out(identifier)
