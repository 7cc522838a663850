"""Vectors of the terms that name codes, and the search for those nearest to a text.

Vectors are rotated to their main directions, cut and stored as int8: a fifth of the size, nearly the same neighbours.
Cost: one matrix product, texts x terms x directions; no index is needed below a few hundred thousand terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from models.coding.encoder import Vectors

BLOCK = 8192


@dataclass(frozen=True, slots=True)
class NearCode:
    """A code that a near term names, with the cosine of the term."""

    code: str
    cosine: float


class TermVectors:
    """mean (size,), rotation (size, directions): x -> (x - mean) @ rotation; vectors int8 (terms, directions) with
    scales float32 (terms,); the codes of term t are `link_codes[starts[t]:starts[t+1]]`."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._arrays = arrays
        self._mean = arrays["mean"].astype(np.float32)
        self._rotation = arrays["rotation"].astype(np.float32)
        scaled = arrays["vectors"].astype(np.float32) * arrays["scales"].astype(np.float32)[:, None]
        self._terms: Vectors = np.ascontiguousarray(_unit(scaled).T)
        self.codes = [str(code) for code in arrays["codes"]]
        self._starts = arrays["starts"].tolist()
        self._links = arrays["link_codes"].tolist()

    def __len__(self) -> int:
        return len(self._starts) - 1

    def find_near(self, queries: Vectors, *, threshold: float, limit: int) -> list[list[NearCode]]:
        """For each query (row of *shape* (queries, size)) at most `limit` codes, nearest first."""
        rotated = _unit(((queries - self._mean) @ self._rotation).astype(np.float32))
        hits: list[list[tuple[float, int]]] = [[] for _ in range(len(queries))]
        for start in range(0, len(self), BLOCK):
            scores = rotated @ self._terms[:, start : start + BLOCK]
            rows, columns = np.nonzero(scores >= threshold)
            values = scores[rows, columns].tolist()
            for row, column, value in zip(rows.tolist(), columns.tolist(), values, strict=True):
                hits[row].append((value, start + column))
        return [self._codes_of(sorted(found, reverse=True), limit) for found in hits]

    def _codes_of(self, found: Sequence[tuple[float, int]], limit: int) -> list[NearCode]:
        best: dict[int, float] = {}
        for cosine, term in found:
            for link in self._links[self._starts[term] : self._starts[term + 1]]:
                best.setdefault(link, cosine)
            if len(best) >= limit:
                break
        return [NearCode(self.codes[link], cosine) for link, cosine in list(best.items())[:limit]]

    @classmethod
    def load(cls, path: Path) -> Self:
        with np.load(path, allow_pickle=False) as archive:
            return cls({name: archive[name] for name in archive.files})

    def save(self, path: Path) -> None:
        np.savez_compressed(path, allow_pickle=False, **self._arrays)

    @classmethod
    def build(cls, vectors: Vectors, codes_of: Sequence[Sequence[str]], *, directions: int) -> Self:
        """Learns the rotation from the vectors of *shape* (terms, size) and packs them."""
        mean = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
        centred = vectors - mean
        _, directions_by_variance = np.linalg.eigh(centred.T @ centred)
        rotation = np.ascontiguousarray(directions_by_variance[:, ::-1][:, :directions])
        rotated = _unit(centred @ rotation)
        scales = np.abs(rotated).max(axis=1) / 127
        codes = sorted({code for group in codes_of for code in group})
        row_of = {code: row for row, code in enumerate(codes)}
        return cls(
            {
                "mean": mean,
                "rotation": rotation.astype(np.float32),
                "vectors": np.rint(rotated / scales[:, None]).astype(np.int8),
                "scales": scales.astype(np.float16),
                "codes": np.array(codes, dtype="U7"),
                "starts": np.cumsum([0, *map(len, codes_of)], dtype=np.uint32),
                "link_codes": np.array([row_of[code] for group in codes_of for code in group], dtype=np.uint32),
            }
        )


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Vectors = (vectors / np.maximum(norms, 1e-9)).astype(np.float32)
    return result
