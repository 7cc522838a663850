"""Finds candidate codes sentence by sentence, from three sources that fail differently.

Learned phrases know how coders read; the lexicon knows the code set's words; the encoder knows what means the same.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log1p
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from data.codeset import CodeSet
from data.notes import Span
from models.coding.assertion import Assertion, assert_span
from models.coding.document import Sentence
from models.coding.encoder import Encoder
from models.coding.features import MISSING_GAP, MISSING_RANK, Matrix, MentionFeature
from models.coding.headers import BACKGROUND, JUDGED, OBSERVED, REASON
from models.coding.items import Items
from models.coding.lexicon import Lexicon, TermMatch
from models.coding.near import THRESHOLD, NearFinder
from models.coding.phrases import PhraseMatch, PhraseTable
from models.coding.vectors import NearCode, TermVectors
from models.coding.words import Words, read_words

F = MentionFeature
_ROW = [0.0] * len(MentionFeature)
_ROW[F.TERM_GAP] = MISSING_GAP
_ROW[F.VECTOR_RANK] = MISSING_RANK
_SOURCES = F.FROM_SYNONYM - F.FROM_TITLE + 1
_LEADING = re.compile(r"(?:[\W\d_]|\b(?:a|ap|dx|imp|impression|assessment|diagnosis|diagnoses)\b)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """A code found in a sentence, at the words that named it."""

    code: str
    document_id: str
    sentence_index: int
    span: Span
    sentence: Sentence
    assertion: Assertion
    starts_line: bool = False


@dataclass(frozen=True, slots=True)
class MentionTable:
    """Mentions and their features, *shape* (mentions, len(MentionFeature))."""

    mentions: list[Mention]
    features: Matrix


@dataclass(slots=True)
class _Found:
    """What the sources say of one code in one sentence."""

    first: int
    last: int
    row: list[float] = field(default_factory=_ROW.copy)


class _Matched(NamedTuple):
    """The codes that the words of a sentence name, and the words, by number, that name them."""

    codes: dict[str, _Found]
    explained: frozenset[int]


class _Place(NamedTuple):
    """A range of words: where it stands and how it is asserted; `share` of its sentence, by words, and of its item."""

    span: Span
    assertion: Assertion
    starts_line: bool
    share: float
    starts_item: bool
    share_of_item: float


class _Reach(NamedTuple):
    """How a term's match stands among the others of its sentence, and the ends of items inside it."""

    is_longest: bool
    is_longest_here: bool
    breaks: int


class _Places:
    """The word ranges of one sentence, each read once: many codes share their words."""

    def __init__(self, sentence: Sentence, words: Words, items: Items) -> None:
        self._sentence = sentence
        self._words = words
        self._items = items
        self._known: dict[tuple[int, int], _Place] = {}

    def get(self, first: int, last: int) -> _Place:
        known = self._known.get((first, last))
        if known is None:
            known = self._known[first, last] = self._read(first, last)
        return known

    def _read(self, first: int, last: int) -> _Place:
        sentence, words, items = self._sentence, self._words, self._items
        span = Span(start=words.starts[first], end=words.ends[last])
        assertion = assert_span(span, sentence.scopes, sentence.section.kind)
        is_leading = _LEADING.fullmatch(sentence.text, sentence.span.start, span.start) is not None
        share = (last - first + 1) / len(words)
        return _Place(span, assertion, is_leading, share, items.is_first(first), items.share(first, last))


class CandidateFinder:
    """Shares its sources between threads; they are read only."""

    def __init__(
        self,
        *,
        code_set: CodeSet,
        lexicon: Lexicon,
        phrases: PhraseTable,
        encoder: Encoder,
        vectors: TermVectors,
        priors: Mapping[str, int],
    ) -> None:
        self._code_set = code_set
        self._lexicon = lexicon
        self._phrases = phrases
        self._near = NearFinder(encoder, vectors)
        self._priors = priors
        self._title_stems = lru_cache(maxsize=100_000)(self._read_title)
        # A note's products of matrices are small: more threads of BLAS gain nothing, and on busy cores wait for others.
        threadpool_limits(1, user_api="blas")

    def find_mentions(self, document_id: str, sentences: Sequence[Sentence], *, is_visit: bool) -> MentionTable:
        """All candidates of one note; see `near` for what is sought in that of a visit."""
        words = [sentence.words for sentence in sentences]
        note_stems = {stem for sentence_words in words for stem in sentence_words.stems}
        items = [
            Items(sentence.text, sentence_words) for sentence, sentence_words in zip(sentences, words, strict=True)
        ]
        matched = [self._match_words(*one) for one in zip(words, items, strict=True)]
        near = self._near.find(sentences, [match.explained for match in matched] if is_visit else None)
        mentions: list[Mention] = []
        rows: list[list[float]] = []
        for index, (sentence, sentence_words) in enumerate(zip(sentences, words, strict=True)):
            found = matched[index].codes
            for first, last, codes in near[index]:
                _add_near(found, first, last, codes)
            self._describe(found, sentence_words, note_stems, index / len(sentences))
            places = _Places(sentence, sentence_words, items[index])
            for code, item in found.items():
                place = places.get(item.first, item.last)
                _describe_place(item.row, place, sentence)
                mention = Mention(code, document_id, index, place.span, sentence, place.assertion, place.starts_line)
                mentions.append(mention)
                rows.append(item.row)
        return MentionTable(mentions, np.array(rows, dtype=np.float32).reshape(len(rows), len(MentionFeature)))

    def _match_words(self, words: Words, items: Items) -> _Matched:
        phrases = list(self._phrases.find_phrases(words))
        terms = [match for match in self._lexicon.find_terms(words) if not items.is_split(match.first, match.last)]
        matched = _Matched({}, _words_of(phrases) | _words_of(terms))
        self._add_phrases(matched.codes, phrases)
        self._add_terms(matched.codes, terms, items)
        return matched

    def _add_phrases(self, found: dict[str, _Found], matches: Sequence[PhraseMatch]) -> None:
        for match in matches:
            for code, precision, support, by_document in self._phrases.links_of(match.row):
                item = found.get(code)
                if item is None:
                    item = found[code] = _Found(match.first, match.last)
                row = item.row
                row[F.PHRASE_COUNT] += 1
                row[F.PHRASE_DOCUMENT_PRECISION] = max(row[F.PHRASE_DOCUMENT_PRECISION], by_document)
                if precision > row[F.PHRASE_PRECISION]:
                    row[F.PHRASE_PRECISION] = precision
                    row[F.PHRASE_SUPPORT] = support
                    row[F.PHRASE_LENGTH] = match.last - match.first + 1
                    item.first, item.last = match.first, match.last

    def _add_terms(self, found: dict[str, _Found], matches: Sequence[TermMatch], items: Items) -> None:
        breaks = [items.count_breaks(match.first, match.last) for match in matches]
        whole = [match for match, count in zip(matches, breaks, strict=True) if not count]
        for match, count in zip(matches, breaks, strict=True):
            reach = _Reach(_is_longest(match, matches), _is_longest(match, whole), count)
            codes = list(self._lexicon.codes_of(match.bag))
            for code, source in codes:
                item = found.get(code)
                if item is None:
                    item = found[code] = _Found(match.first, match.last)
                _add_term(item, match, source, len(codes), reach)

    def _describe(self, found: dict[str, _Found], words: Words, note_stems: set[str], position: float) -> None:
        stems = set(words.stems)
        best_phrase = max((item.row[F.PHRASE_PRECISION] for item in found.values()), default=0.0)
        for code, item in found.items():
            row = item.row
            title = self._title_stems(code)
            if title:
                row[F.TITLE_IN_SENTENCE] = len(title & stems) / len(title)
                row[F.TITLE_IN_NOTE] = len(title & note_stems) / len(title)
            row[F.POSITION] = position
            row[F.SENTENCE_LENGTH] = len(words)
            row[F.PRIOR] = log1p(self._priors.get(code, 0))
            row[F.CODE_LENGTH] = len(code)
            row[F.IS_BILLABLE] = self._code_set.is_billable(code)
            row[F.BEST_PHRASE] = best_phrase
            row[F.CANDIDATES] = len(found)

    def _read_title(self, code: str) -> frozenset[str]:
        entry = self._code_set.find(code)
        return frozenset(read_words(entry.term).stems) if entry else frozenset()


def _words_of(matches: Sequence[PhraseMatch] | Sequence[TermMatch]) -> frozenset[int]:
    return frozenset(at for match in matches for at in range(match.first, match.last + 1))


def _is_longest(match: TermMatch, matches: Sequence[TermMatch]) -> bool:
    return not any(
        other.length > match.length and other.first <= match.first and other.last >= match.last for other in matches
    )


def _add_term(item: _Found, match: TermMatch, source: int, codes: int, reach: _Reach) -> None:
    """The tightest of the longest terms counts, with the sources that know it."""
    row = item.row
    if (match.length, -match.gap) <= (row[F.TERM_LENGTH], -row[F.TERM_GAP]):
        return
    row[F.TERM_LENGTH] = match.length
    row[F.TERM_GAP] = match.gap
    row[F.TERM_CODES] = codes
    row[F.TERM_IS_LONGEST : F.TERM_BREAKS + 1] = reach
    row[F.FROM_TITLE : F.FROM_SYNONYM + 1] = [float(source >> bit & 1) for bit in range(_SOURCES)]
    if row[F.PHRASE_PRECISION] < 0.5:
        item.first, item.last = match.first, match.last


def _add_near(found: dict[str, _Found], first: int, last: int, codes: Sequence[NearCode]) -> None:
    for rank, near in enumerate(codes):
        item = found.get(near.code)
        if item is None:
            item = found[near.code] = _Found(first, last)
        row = item.row
        if near.cosine > row[F.VECTOR_COSINE]:
            rival = codes[1] if rank == 0 and len(codes) > 1 else codes[0]
            row[F.VECTOR_COSINE] = near.cosine
            row[F.VECTOR_RANK] = rank
            row[F.VECTOR_MARGIN] = near.cosine - (rival.cosine if rival is not near else THRESHOLD)


def _describe_place(row: list[float], place: _Place, sentence: Sentence) -> None:
    assertion, section = place.assertion, sentence.section.kind
    row[F.IS_NEGATED] = assertion.is_negated
    row[F.IS_HISTORICAL] = assertion.is_historical
    row[F.IS_HYPOTHETICAL] = assertion.is_hypothetical
    row[F.IS_FAMILY] = assertion.is_family
    row[F.IS_UNCERTAIN] = assertion.is_uncertain
    row[F.IS_MANAGED] = assertion.is_managed
    row[F.IN_JUDGEMENT] = section in JUDGED
    row[F.IN_REASON] = section in REASON
    row[F.IN_BACKGROUND] = section in BACKGROUND
    row[F.IN_OBSERVATIONS] = section in OBSERVED
    row[F.IS_ADDRESSED] = sentence.says_addressed
    row[F.STARTS_LINE] = place.starts_line
    row[F.SHARE_OF_SENTENCE] = place.share
    row[F.SHARE_OF_ITEM] = place.share_of_item
    row[F.STARTS_ITEM] = place.starts_item
