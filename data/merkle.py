"""Merkle trees over event hashes, as RFC 6962 builds them (section 2.1): one root stands for the whole log, and a short
proof shows to somebody who has the root alone that an event is in it."""

import hashlib
from collections.abc import Sequence

_EMPTY = hashlib.sha256(b"").hexdigest()


def merkle_root(hashes: Sequence[str]) -> str:
    """`hashes` and the root are SHA-256 in hex. Leaves and inner nodes are told apart by their first byte."""
    level = [_leaf(value) for value in hashes]
    while len(level) > 1:
        pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = [*pairs, *level[len(pairs) * 2 :]]
    return level[0].hex() if level else _EMPTY


def prove_inclusion(hashes: Sequence[str], index: int) -> tuple[str, ...]:
    """The siblings from the leaf `index` (from 0) up to the root. Raises IndexError."""
    if not 0 <= index < len(hashes):
        raise IndexError("there is no such event")
    level, proof = [_leaf(value) for value in hashes], []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(level[sibling].hex())
        pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level, index = [*pairs, *level[len(pairs) * 2 :]], index // 2
    return tuple(proof)


def is_included(value: str, index: int, size: int, proof: Sequence[str], root: str) -> bool:
    """Whether the proof leads from leaf `index` of a tree of `size` leaves to the root."""
    if not 0 <= index < size:
        return False
    node, last, rest = _leaf(value), size - 1, list(proof)
    while last:
        if index ^ 1 <= last:
            if not rest:
                return False
            sibling = bytes.fromhex(rest.pop(0))
            node = _node(sibling, node) if index & 1 else _node(node, sibling)
        index, last = index >> 1, last >> 1
    return not rest and node.hex() == root


def _leaf(value: str) -> bytes:
    return hashlib.sha256(b"\x00" + bytes.fromhex(value)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
