"""Vectors of the terms that name codes, and the search for those nearest to a text.

Vectors are rotated to their main directions, cut and stored as int8: a fifth of the size, nearly the same neighbours.
They lie in clusters, and a text is compared with the terms of its nearest clusters alone. Cost: texts x clusters, and
texts x PROBES / clusters of all terms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from models.coding.encoder import Vectors

PROBES = 16


@dataclass(frozen=True, slots=True)
class NearCode:
    """A code that a near term names, with the cosine of the term."""

    code: str
    cosine: float


class TermVectors:
    """mean (size,), rotation (size, directions): x -> (x - mean) @ rotation; vectors int8 (terms, directions) with
    scales (terms,), sorted by cluster; cluster c holds the terms bounds[c] to bounds[c + 1] around centroids[c];
    the codes of term t are `link_codes[starts[t]:starts[t + 1]]`."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._arrays = arrays
        self._mean = arrays["mean"].astype(np.float32)
        self._rotation = arrays["rotation"].astype(np.float32)
        self._terms = unit(arrays["vectors"].astype(np.float32) * arrays["scales"].astype(np.float32)[:, None])
        self._centroids = unit(arrays["centroids"].astype(np.float32))
        self._bounds = arrays["bounds"].tolist()
        self.codes = [str(code) for code in arrays["codes"]]
        self._starts = arrays["starts"].tolist()
        self._links = arrays["link_codes"].tolist()

    def __len__(self) -> int:
        return len(self._starts) - 1

    def find_near(self, queries: Vectors, *, threshold: float, limit: int) -> list[list[NearCode]]:
        """For each query (row of *shape* (queries, size)) at most `limit` codes, nearest first."""
        rotated = unit(((queries - self._mean) @ self._rotation).astype(np.float32))
        hits: list[list[tuple[float, int]]] = [[] for _ in range(len(queries))]
        for first, rows, scores in self._probe(rotated):
            near, columns = np.nonzero(scores >= threshold)
            values = scores[near, columns].tolist()
            for row, column, value in zip(rows[near].tolist(), columns.tolist(), values, strict=True):
                hits[row].append((value, first + column))
        return [self._codes_of(sorted(found, reverse=True), limit) for found in hits]

    def _probe(self, rotated: Vectors) -> Iterator[tuple[int, npt.NDArray[np.intp], Vectors]]:
        """(first term, rows of the queries, cosines) of each cluster that is among the nearest of some query."""
        distances = rotated @ self._centroids.T
        probes = min(PROBES, len(self._centroids))
        least = np.partition(distances, -probes, axis=1)[:, -probes] if len(distances) else np.zeros(0)
        is_near = distances >= least[:, None]
        for cluster in np.flatnonzero(is_near.any(axis=0)).tolist():
            rows = np.flatnonzero(is_near[:, cluster])
            first, last = self._bounds[cluster], self._bounds[cluster + 1]
            yield first, rows, rotated[rows] @ self._terms[first:last].T

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


def unit(vectors: Vectors) -> Vectors:
    """Rows of length one."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Vectors = (vectors / np.maximum(norms, 1e-9)).astype(np.float32)
    return result
