"""How far the words at and around a place of a note say that what it names is reported for the visit.

A linear model over hashed words (Weinberger et al. 2009), which knows no codes: what stands before, at and behind the
place in its sentence, in which section, and how it is asserted. It holds weights of hashes, not words.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self
from zlib import crc32

import numpy as np
import numpy.typing as npt

from models.coding.assertion import KINDS
from models.coding.candidates import Mention, MentionTable
from models.coding.features import MentionFeature
from models.coding.words import normalize_word

SLOTS = 1 << 16
_BEFORE, _INSIDE, _AFTER = 8, 6, 10
_TOKEN = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?|\d+|[^\w\s]|\n")
Floats = npt.NDArray[np.float64]


class _Tokens(NamedTuple):
    """Of a sentence: its words, comparable, and its marks, with where each starts and ends."""

    starts: list[int]
    ends: list[int]
    words: list[str]


@dataclass(frozen=True, slots=True)
class Places:
    """Where mentions stand, each place once: its `slots`, and the `place_of` each mention, *shape* (mentions,)."""

    slots: list[list[int]]
    place_of: npt.NDArray[np.intp]


class ContextModel:
    """`weights` of *shape* (SLOTS,), and an intercept; both in log-odds."""

    def __init__(self, weights: Floats, intercept: float) -> None:
        self.weights, self.intercept = weights, intercept

    def score(self, places: Places) -> Floats:
        """The log-odds of each mention's place, *shape* (mentions,)."""
        if not places.slots:
            return np.zeros(0)
        starts = np.cumsum([0, *(len(slots) for slots in places.slots[:-1])])
        flat = np.array([slot for slots in places.slots for slot in slots])
        result: Floats = np.add.reduceat(self.weights[flat], starts)[places.place_of] + self.intercept
        return result

    @classmethod
    def load(cls, path: Path) -> Self:
        with np.load(path, allow_pickle=False) as archive:
            return cls(archive["weights"].astype(np.float64), float(archive["intercept"]))

    def save(self, path: Path) -> None:
        np.savez_compressed(path, weights=self.weights.astype(np.float16), intercept=np.float64(self.intercept))


def with_context(table: MentionTable, scores: Floats) -> MentionTable:
    """The table with the scores of the places that its mentions stand at."""
    features = table.features.copy()
    features[:, MentionFeature.CONTEXT] = scores
    return MentionTable(table.mentions, features)


def read_places(mentions: Sequence[Mention]) -> Places:
    """Linear in the places; each sentence is read once."""
    sentences: dict[tuple[str, int], _Tokens] = {}
    known: dict[tuple[str, int, int], int] = {}
    slots: list[list[int]] = []
    place_of = np.zeros(len(mentions), dtype=np.intp)
    for row, mention in enumerate(mentions):
        key = (mention.document_id, mention.span.start, mention.span.end)
        if key not in known:
            known[key] = len(slots)
            tokens = sentences.get((mention.document_id, mention.sentence_index))
            if tokens is None:
                tokens = _tokenize(mention.sentence.text, mention.sentence.span.start, mention.sentence.span.end)
                sentences[mention.document_id, mention.sentence_index] = tokens
            slots.append(sorted({_slot(role, word) for role, word in _describe(mention, tokens)}))
        place_of[row] = known[key]
    return Places(slots, place_of)


def _tokenize(text: str, start: int, end: int) -> _Tokens:
    found = list(_TOKEN.finditer(text, start, end))
    words = [_compare(match.group()) for match in found]
    return _Tokens([match.start() for match in found], [match.end() for match in found], words)


@lru_cache(maxsize=100_000)
def _compare(token: str) -> str:
    return "#" if token.isdigit() else normalize_word(token) or token.lower()


@lru_cache(maxsize=500_000)
def _slot(role: str, word: str) -> int:
    return crc32(f"{role} {word}".encode()) % SLOTS


def _describe(mention: Mention, tokens: _Tokens) -> list[tuple[str, str]]:
    """Pairs of a role and a word."""
    first, last = bisect_left(tokens.starts, mention.span.start), bisect_left(tokens.starts, mention.span.end)
    before, after = tokens.words[max(first - _BEFORE, 0) : first], tokens.words[last : last + _AFTER]
    section = mention.sentence.section.kind.name
    next_before, next_after = before[-1] if before else "", after[0] if after else ""
    flags = [*_flags(mention)]
    return [
        *[("before", word) for word in before],
        *[("at", word) for word in tokens.words[first : min(last, first + _INSIDE)]],
        *[("after", word) for word in after],
        *(("next before", next_before), (f"{section} next before", next_before)),
        *(("next after", next_after), (f"{section} next after", next_after)),
        *(("count before", str(len(before))), ("count after", str(min(len(after), _BEFORE))), ("in", section)),
        *[("is", flag) for flag in flags],
        *[(f"{section} is", flag) for flag in flags],
    ]


def _flags(mention: Mention) -> Iterator[str]:
    assertion = mention.assertion
    yield from (kind for kind in KINDS if getattr(assertion, f"is_{kind}"))
    if assertion.is_plain:
        yield "plain"
    if mention.sentence.says_addressed:
        yield "addressed"
    if mention.starts_line:
        yield "first of line"
