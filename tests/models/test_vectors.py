"""The nearest terms, compared with a plain cosine over everything."""

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.coding.vectors import TermVectors
from training.vector_packing import pack_vectors

SIZE = 16


def make(terms: int, seed: int) -> tuple[np.ndarray, list[list[str]]]:
    vectors = np.random.default_rng(seed).normal(size=(terms, SIZE)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, [[f"A{index % 90 + 10}"] for index in range(terms)]


@settings(max_examples=25)
@given(st.integers(20, 200), st.integers(0, 10_000))
def test_as_a_plain_cosine_over_everything(terms: int, seed: int) -> None:
    vectors, codes = make(terms, seed)
    table = pack_vectors(vectors, codes, directions=SIZE)
    centred = vectors - vectors.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    for row, near in enumerate(table.find_near(vectors[:5], threshold=0.2, limit=3)):
        cosines = centred @ centred[row]
        best = {code[0]: max(c for c, k in zip(cosines, codes, strict=True) if k == code) for code in codes}
        assert near[0].code == codes[row][0]
        assert all(abs(best[item.code] - item.cosine) < 0.03 for item in near)
        assert [item.cosine for item in near] == sorted((item.cosine for item in near), reverse=True)


def test_nothing_is_near_below_the_threshold() -> None:
    vectors, codes = make(50, 1)
    table = pack_vectors(vectors, codes, directions=SIZE)
    far = np.random.default_rng(5).normal(size=(2, SIZE)).astype(np.float32)
    assert table.find_near(far, threshold=0.999, limit=5) == [[], []]


def test_it_survives_the_disk(tmp_path: Path) -> None:
    vectors, codes = make(60, 3)
    table = pack_vectors(vectors, codes, directions=8)
    table.save(tmp_path / "vectors.npz")
    loaded = TermVectors.load(tmp_path / "vectors.npz")
    assert loaded.find_near(vectors[:4], threshold=0.1, limit=4) == table.find_near(vectors[:4], threshold=0.1, limit=4)
