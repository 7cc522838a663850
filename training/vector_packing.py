"""Packs term vectors into the compact, clustered table that serving searches."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from models.coding.encoder import Vectors
from models.coding.vectors import TermVectors, unit

TERMS_PER_CLUSTER = 400


def pack_vectors(vectors: Vectors, codes_of: Sequence[Sequence[str]], *, directions: int, seed: int = 7) -> TermVectors:
    """vectors (terms, size), codes_of (terms,). Keeps the `directions` along which the vectors vary most."""
    mean = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    centred = vectors - mean
    _, by_variance = np.linalg.eigh(centred.T @ centred)
    rotation = np.ascontiguousarray(by_variance[:, ::-1][:, :directions]).astype(np.float32)
    rotated = unit(centred @ rotation)
    scales = np.abs(rotated).max(axis=1) / 127
    clusters = MiniBatchKMeans(
        max(1, len(rotated) // TERMS_PER_CLUSTER), batch_size=8192, n_init=1, random_state=seed
    ).fit(rotated)
    order = np.argsort(clusters.labels_, kind="stable")
    sizes = np.bincount(clusters.labels_, minlength=len(clusters.cluster_centers_))
    codes = sorted(set(chain.from_iterable(codes_of)))
    row_of = {code: row for row, code in enumerate(codes)}
    groups = [codes_of[term] for term in order.tolist()]
    return TermVectors(
        {
            "mean": mean,
            "rotation": rotation,
            "vectors": np.rint(rotated / scales[:, None]).astype(np.int8)[order],
            "scales": scales.astype(np.float16)[order],
            "centroids": clusters.cluster_centers_.astype(np.float32),
            "bounds": np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32),
            "codes": np.array(codes, dtype="U7"),
            "starts": np.cumsum([0, *map(len, groups)], dtype=np.uint32),
            "link_codes": np.array([row_of[code] for group in groups for code in group], dtype=np.uint32),
        }
    )
