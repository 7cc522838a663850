"""Terms found as bags of words: the words of a term, in any order, near each other in a sentence.

The table holds hashes of words, not terms: what it was learned from can't be read back out of it.
Cost: linear in the words of a note times the terms that share a word's rarest position (a few).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntFlag
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from models.coding.words import Words


class TermSource(IntFlag):
    """Where a term stands; a term may stand in several places."""

    TITLE = 1
    INCLUSION = 2
    INDEX = 4
    NEOPLASM = 8
    EXTERNAL = 16
    ICD9 = 32
    ONTOLOGY = 64
    SYNONYM = 128


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term's words found at `positions` (indices into the sentence's words)."""

    bag: int
    first: int
    last: int
    length: int

    @property
    def gap(self) -> int:
        """Words between the first and the last that are not of the term."""
        return self.last - self.first + 1 - self.length


@lru_cache(maxsize=500_000)
def hash_word(stem: str) -> int:
    return int.from_bytes(blake2b(stem.encode(), digest_size=8).digest(), "little")


class Lexicon:
    """Bags of words with the codes that they name.

    codes: all codes, compact; bag b has words `bag_words[bag_starts[b]:bag_starts[b+1]]`, rarest first,
    and codes `code_rows[code_starts[b]:code_starts[b+1]]` (rows of `codes`) with the sources beside them.
    """

    MAX_GAP_PER_WORD = 2

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self.codes: list[str] = [str(code) for code in arrays["codes"]]
        self._arrays = arrays
        self._word_ids = {int(h): i for i, h in enumerate(arrays["word_hashes"])}
        self.code_starts = arrays["code_starts"].tolist()
        self.code_rows = arrays["code_rows"].tolist()
        self.code_sources = arrays["code_sources"].tolist()
        self._bags_by_key = self._index(arrays["bag_starts"], arrays["bag_words"])

    @staticmethod
    def _index(starts: npt.NDArray[Any], words: npt.NDArray[Any]) -> dict[int, list[tuple[frozenset[int], int]]]:
        index: dict[int, list[tuple[frozenset[int], int]]] = {}
        flat, bounds = words.tolist(), starts.tolist()
        for bag, (start, end) in enumerate(pairwise(bounds)):
            index.setdefault(flat[start], []).append((frozenset(flat[start + 1 : end]), bag))
        return index

    def __len__(self) -> int:
        return len(self.code_starts) - 1

    def find_terms(self, words: Words) -> Iterator[TermMatch]:
        """The terms whose words all stand in the sentence, close together."""
        ids = [self._word_ids.get(hash_word(stem), -1) for stem in words.stems]
        present = set(ids)
        places: dict[int, list[int]] = {}
        for position, word in enumerate(ids):
            places.setdefault(word, []).append(position)
        for position, word in enumerate(ids):
            for rest, bag in self._bags_by_key.get(word, ()):
                if rest <= present:
                    match = self._place(bag, position, rest, places)
                    if match:
                        yield match

    def _place(self, bag: int, position: int, rest: frozenset[int], places: dict[int, list[int]]) -> TermMatch | None:
        length = len(rest) + 1
        widest = length + self.MAX_GAP_PER_WORD * (length - 1)
        first = last = position
        for word in rest:
            nearest = min(places[word], key=lambda p: abs(p - position))
            first, last = min(first, nearest), max(last, nearest)
        if last - first + 1 > widest:
            first, last = _tightest(position, [places[word] for word in rest])
        return TermMatch(bag, first, last, length) if last - first + 1 <= widest else None

    def codes_of(self, bag: int) -> Iterator[tuple[str, TermSource]]:
        for i in range(self.code_starts[bag], self.code_starts[bag + 1]):
            yield self.codes[self.code_rows[i]], TermSource(self.code_sources[i])

    @classmethod
    def load(cls, path: Path) -> Self:
        with np.load(path, allow_pickle=False) as archive:
            return cls({name: archive[name] for name in archive.files})

    def save(self, path: Path) -> None:
        np.savez_compressed(path, allow_pickle=False, **self._arrays)

    @classmethod
    def build(cls, terms: Sequence[tuple[Words, str, TermSource]], *, max_words: int = 8, max_codes: int = 12) -> Self:
        """Builds the table from (words of the term, compact code, source)."""
        bags: dict[frozenset[str], dict[str, int]] = {}
        for words, code, source in terms:
            bag = frozenset(words.stems)
            if 0 < len(bag) <= max_words:
                codes = bags.setdefault(bag, {})
                codes[code] = codes.get(code, 0) | source
        kept = [(bag, codes) for bag, codes in bags.items() if len(codes) <= max_codes]
        return cls(_pack(kept))


def _tightest(position: int, places: Sequence[Sequence[int]]) -> tuple[int, int]:
    """The shortest stretch over `position` with one place of every word: a word's nearest may lie on the wrong side."""
    far = 1 << 30
    before = [max((p for p in at if p < position), default=-far) for at in places]
    after = [min((p for p in at if p > position), default=far) for at in places]
    stretches = []
    for first in {position, *before}:
        last = max((right for left, right in zip(before, after, strict=True) if left < first), default=position)
        stretches.append((first, last))
    return min(stretches, key=lambda stretch: stretch[1] - stretch[0])


def _pack(bags: list[tuple[frozenset[str], dict[str, int]]]) -> dict[str, npt.NDArray[Any]]:
    counts: dict[str, int] = {}
    for bag, _ in bags:
        for stem in bag:
            counts[stem] = counts.get(stem, 0) + 1
    vocabulary = {stem: i for i, stem in enumerate(sorted(counts, key=hash_word))}
    all_codes = sorted({code for _, codes in bags for code in codes})
    code_row = {code: i for i, code in enumerate(all_codes)}
    bags = sorted(bags, key=lambda item: sorted(hash_word(stem) for stem in item[0]))
    ordered = [sorted(bag, key=lambda stem: (counts[stem], hash_word(stem))) for bag, _ in bags]
    bag_codes = [sorted(codes.items()) for _, codes in bags]
    return {
        "codes": np.array(all_codes, dtype="U7"),
        "word_hashes": np.array([hash_word(stem) for stem in vocabulary], dtype=np.uint64),
        "bag_starts": np.cumsum([0, *map(len, ordered)], dtype=np.uint32),
        "bag_words": np.array([vocabulary[stem] for bag in ordered for stem in bag], dtype=np.uint32),
        "code_starts": np.cumsum([0, *map(len, bag_codes)], dtype=np.uint32),
        "code_rows": np.array([code_row[code] for codes in bag_codes for code, _ in codes], dtype=np.uint32),
        "code_sources": np.array([source for codes in bag_codes for _, source in codes], dtype=np.uint16),
    }
