"""The search index of one release, as it is kept in the cache: codes, their titles and the inverted index."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from data.codes import CodeSystem
from data.tables import write_atomically
from models.search.build_index import SearchCode, SearchTerm, build_arrays
from models.search.term_index import TermArrays, TermIndex

_ALWAYS_FROM, _ALWAYS_TO = date.min.toordinal(), date.max.toordinal()
_TERM_TEXTS = ("words", "forms")
_TERM_NUMBERS = (
    "word_form",
    "form_weight",
    "posting_starts",
    "postings",
    "term_code",
    "term_quality",
    "term_mass",
    "code_prior",
)


@dataclass(frozen=True, slots=True)
class Match:
    row: int
    score: float


class SystemIndex:
    """Codes by number (`row`), found by their beginning or by words."""

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.codes = _unpack(arrays["codes"])
        self.terms = _unpack(arrays["terms"])
        self.is_billable = arrays["is_billable"]
        self._first_day, self._last_day = arrays["first_day"], arrays["last_day"]
        self._prior = arrays["code_prior"]
        self._sorted_rows = arrays["sorted_rows"]
        self._sorted_codes = [self.codes[row] for row in self._sorted_rows]
        fields: dict[str, Any] = {name: arrays[name] for name in _TERM_NUMBERS}
        fields |= {name: _unpack(arrays[name]) for name in _TERM_TEXTS}
        self._terms = TermIndex(TermArrays(**fields))

    @classmethod
    def build(
        cls,
        system: CodeSystem,
        codes: Sequence[SearchCode],
        terms: Sequence[SearchTerm],
        common: frozenset[str],
        path: Path,
    ) -> Self:
        """Builds the index and writes it to `path`."""
        compacts = [code.compact for code in codes]
        found = build_arrays(system, codes, terms, common)
        arrays: dict[str, Any] = {name: getattr(found, name) for name in _TERM_NUMBERS}
        arrays |= {name: _pack(getattr(found, name)) for name in _TERM_TEXTS}
        arrays |= {"codes": _pack(compacts), "terms": _pack([code.term for code in codes])}
        arrays["is_billable"] = np.array([code.is_billable for code in codes], dtype=np.bool_)
        arrays["first_day"] = _days([code.valid_from for code in codes], _ALWAYS_FROM)
        arrays["last_day"] = _days([code.valid_to for code in codes], _ALWAYS_TO)
        arrays["sorted_rows"] = np.array(sorted(range(len(codes)), key=compacts.__getitem__), dtype=np.int32)
        buffer = BytesIO()
        np.savez(buffer, **arrays)
        write_atomically(path, buffer.getbuffer())
        return cls(arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises FileNotFoundError, or what numpy raises on a damaged file: ValueError, KeyError, BadZipFile."""
        with np.load(path, allow_pickle=False) as archive:
            return cls({name: archive[name] for name in archive.files})

    def __contains__(self, word: str) -> bool:
        return word in self._terms

    def is_valid_on(self, row: int, day: date) -> bool:
        return bool(self._first_day[row] <= day.toordinal() <= self._last_day[row])

    def find_row(self, compact: str) -> int | None:
        place = bisect_left(self._sorted_codes, compact)
        is_there = place < len(self._sorted_codes) and self._sorted_codes[place] == compact
        return int(self._sorted_rows[place]) if is_there else None

    def find_words(self, words: Sequence[str], limit: int) -> Iterator[Match]:
        """Best first."""
        return (Match(row, score) for row, score in self._terms.search(words, limit))

    def find_beginning(self, prefix: str, limit: int) -> Iterator[Match]:
        """The code itself, then those that begin with it: the common ones, then in order."""
        place = bisect_left(self._sorted_codes, prefix)
        end = bisect_left(self._sorted_codes, prefix + "~")
        rows = self._sorted_rows[place:end].tolist()
        ranked = sorted(rows, key=lambda row: (self.codes[row] != prefix, -self._prior[row], row))
        for row in ranked[:limit]:
            yield Match(row, 1.0 if self.codes[row] == prefix else 0.9 * float(self._prior[row]))


def _pack(texts: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(" ".join(text.split()) for text in texts).encode(), dtype=np.uint8)


def _unpack(packed: NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode().split("\n")


def _days(days: Sequence[date | None], missing: int) -> NDArray[np.int32]:
    return np.array([missing if day is None else day.toordinal() for day in days], dtype=np.int32)
