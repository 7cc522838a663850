"""Vectors of texts kept between training runs, so that only new texts are encoded and a stopped run goes on."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.coding.encoder import Vectors
from training.progress import track

_CHUNK = 2048


class TextEncoder(Protocol):
    """Anything that turns texts into vectors of `size` numbers."""

    size: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """*Shape:* (texts, size)."""


class VectorCache:
    """One file per encoder: hashes of texts, uint64 (texts,), and their vectors, float16 (texts, size)."""

    def __init__(self, folder: Path, encoder: TextEncoder, encoder_hash: str) -> None:
        self._encoder = encoder
        self._path = folder / f"term-vectors-{encoder_hash[:16]}.npz"
        self._rows: dict[int, int] = {}
        self._vectors = np.zeros((0, encoder.size), dtype=np.float16)
        if self._path.exists():
            with np.load(self._path, allow_pickle=False) as archive:
                self._add(archive["hashes"], archive["vectors"])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """*Shape:* (texts, size). Saves after every few thousand new texts."""
        new = [text for text in dict.fromkeys(texts) if _hash(text) not in self._rows]
        for start in track(range(0, len(new), _CHUNK), "term vectors"):
            chunk = new[start : start + _CHUNK]
            hashes = np.array([_hash(text) for text in chunk], dtype=np.uint64)
            self._add(hashes, self._encoder.encode(chunk).astype(np.float16))
            if start // _CHUNK % 10 == 9:
                self._save()
        if new:
            self._save()
        return self._vectors[[self._rows[_hash(text)] for text in texts]].astype(np.float32)

    def _add(self, hashes: npt.NDArray[np.uint64], vectors: npt.NDArray[np.float16]) -> None:
        start = len(self._vectors)
        self._rows.update((value, start + row) for row, value in enumerate(hashes.tolist()))
        self._vectors = np.concatenate([self._vectors, vectors])

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft.npz")
        np.savez(draft, hashes=np.array(list(self._rows), dtype=np.uint64), vectors=self._vectors)
        draft.replace(self._path)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
