"""Phrases learned from evidence: runs of one to four words that coders took as support for a code.

A phrase counts how often its sentences supported a code. Counts are kept, not probabilities, so that new evidence
is added to what was learned before. Like the lexicon, the table holds hashes of words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from models.coding.lexicon import hash_word
from models.coding.words import Words

MAX_WORDS = 4
MIN_PRECISION = 0.08
_MULTIPLIER = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """Words first..last (inclusive) of the sentence are a known phrase, row `row` of the table."""

    row: int
    first: int
    last: int


def hash_phrases(words: Words) -> Iterator[tuple[int, int, int]]:
    """(hash, first, last) of every run of up to MAX_WORDS words."""
    hashes = [hash_word(stem) for stem in words.stems]
    for first in range(len(hashes)):
        value = 0
        for last in range(first, min(first + MAX_WORDS, len(hashes))):
            value = ((value * _MULTIPLIER) ^ hashes[last]) & _MASK
            yield value, first, last


class PhraseTable:
    """hashes uint64 (phrases,) ascending; `sentences`, `documents`: how many hold the phrase; per (phrase, code)
    pair, from `starts[row]` to `starts[row + 1]`: code row, and the sentences and documents where it supported it."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self.arrays = arrays
        self.codes: list[str] = [str(code) for code in arrays["codes"]]
        self._rows = {int(value): row for row, value in enumerate(arrays["hashes"])}
        self._starts = arrays["starts"].tolist()
        self._links = self._read_links()

    def _read_links(self) -> list[tuple[str, float, int, float]]:
        arrays = self.arrays
        rows = np.repeat(np.arange(len(arrays["hashes"])), np.diff(arrays["starts"]).tolist())
        supported = arrays["link_sentences"].astype(np.float64)
        precision = supported / (np.maximum(arrays["sentences"][rows], supported) + 0.5)
        by_document = arrays["link_documents"] / (arrays["documents"][rows] + 0.5)
        codes = [self.codes[i] for i in arrays["link_codes"].tolist()]
        return list(zip(codes, precision.tolist(), supported.astype(int).tolist(), by_document.tolist(), strict=True))

    def __len__(self) -> int:
        return len(self._rows)

    def find_phrases(self, words: Words) -> Iterator[PhraseMatch]:
        for value, first, last in hash_phrases(words):
            row = self._rows.get(value)
            if row is not None:
                yield PhraseMatch(row, first, last)

    def links_of(self, row: int) -> list[tuple[str, float, int, float]]:
        """(code, precision by sentence, supporting sentences, precision by document) of a phrase."""
        return self._links[self._starts[row] : self._starts[row + 1]]

    @classmethod
    def load(cls, path: Path) -> Self:
        with np.load(path, allow_pickle=False) as archive:
            return cls({name: archive[name] for name in archive.files})

    def save(self, path: Path) -> None:
        np.savez_compressed(path, allow_pickle=False, **self.arrays)

    @classmethod
    def empty(cls) -> Self:
        return cls(
            {
                "codes": np.array([], dtype="U7"),
                "hashes": np.array([], dtype=np.uint64),
                "starts": np.zeros(1, dtype=np.uint32),
                **{name: np.array([], dtype=np.uint32) for name in ("sentences", "documents")},
                **{name: np.array([], dtype=np.uint32) for name in ("link_codes", "link_sentences", "link_documents")},
            }
        )
