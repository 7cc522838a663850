"""Codes whose terms mean nearly what a chunk of a sentence says.

The encoder costs most of all that reading a note does. For a case report it is asked of every chunk; of a visit only
where some word is in no term and in no learned phrase, in the sections that state conditions, and not of what is
denied, hypothetical or of a relative: there the words alone do as well. Cost: linear in the chunks that are asked.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from data.notes import Span
from models.coding.assertion import assert_span
from models.coding.chunks import find_chunks
from models.coding.document import Sentence
from models.coding.encoder import Encoder
from models.coding.headers import OBSERVED, SectionKind
from models.coding.vectors import NearCode, TermVectors

THRESHOLD = 0.75
LIMIT = 6
_NAMES_NO_CONDITION = OBSERVED | {
    SectionKind.ATTESTATION,
    SectionKind.MEDICATIONS,
    SectionKind.ORDERS,
    SectionKind.TIME,
    SectionKind.VITALS,
}


class NearMatch(NamedTuple):
    """Words `first` to `last` of a sentence, and the codes near to them, nearest first."""

    first: int
    last: int
    codes: list[NearCode]


class _Chunk(NamedTuple):
    sentence: int
    first: int
    last: int
    text: str


class NearFinder:
    """Shares its sources between threads; they are read only."""

    def __init__(self, encoder: Encoder, vectors: TermVectors) -> None:
        self._encoder = encoder
        self._vectors = vectors

    def find(self, sentences: Sequence[Sentence], explained: Sequence[frozenset[int]] | None) -> list[list[NearMatch]]:
        """The matches in each sentence. `explained`: the words of each, by number, that other sources account for; None
        asks everywhere."""
        chunks = [chunk for index, sentence in enumerate(sentences) for chunk in _find_chunks(index, sentence)]
        if explained is not None:
            chunks = [chunk for chunk in chunks if _is_open(chunk, sentences[chunk.sentence], explained)]
        near = self._find_near(sorted({chunk.text for chunk in chunks}))
        found: list[list[NearMatch]] = [[] for _ in sentences]
        for chunk in chunks:
            if codes := near[chunk.text]:
                found[chunk.sentence].append(NearMatch(chunk.first, chunk.last, codes))
        return found

    def _find_near(self, texts: list[str]) -> dict[str, list[NearCode]]:
        if not texts:
            return {}
        found = self._vectors.find_near(self._encoder.encode(texts), threshold=THRESHOLD, limit=LIMIT)
        return dict(zip(texts, found, strict=True))


def _find_chunks(index: int, sentence: Sentence) -> Iterator[_Chunk]:
    words = sentence.words
    for span in find_chunks(sentence.text, sentence.span):
        first, after = bisect_left(words.starts, span.start), bisect_left(words.starts, span.end)
        if first < after:
            yield _Chunk(index, first, after - 1, span.slice(sentence.text).lower())


def _is_open(chunk: _Chunk, sentence: Sentence, explained: Sequence[frozenset[int]]) -> bool:
    if sentence.section.kind in _NAMES_NO_CONDITION:
        return False
    if explained[chunk.sentence].issuperset(range(chunk.first, chunk.last + 1)):
        return False
    # A cue at the start of a chunk ("no rash") stands outside its own scope.
    last = Span(start=sentence.words.starts[chunk.last], end=sentence.words.ends[chunk.last])
    assertion = assert_span(last, sentence.scopes, sentence.section.kind)
    return not (assertion.is_negated or assertion.is_hypothetical or assertion.is_family)
