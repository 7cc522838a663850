"""The codes of a category told apart at the words of the notes, and codes that only their own details name.

"Stage 2 pressure ulcer of the sacrum" is found as a pressure ulcer; which of the category's codes it is, the rest of
the sentence says. Cost: sentences x categories that were found there.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.notes import Span
from models.coding.candidates import Mention
from models.coding.document import Sentence
from models.coding.features import CodeFeature, Matrix
from models.coding.headers import SectionKind
from models.coding.recognize import RecognizedCode
from models.coding.shared_details import SharedDetails
from models.coding.siblings import Comparison, Families, Family
from models.coding.title_words import TitleWords, add_title_words, find_title_words
from models.coding.words import Words

# A category whose best mention in a sentence scores less is not looked into.
LEAST_SCORE = 0.04
MOST_DERIVED = 2
LEAST_STATED = 0.3
_NOTE_SHARE = 0.1
_WIDEST_QUOTE = 12
_OF_THE_PAST = frozenset({SectionKind.HISTORY, SectionKind.SURGICAL_HISTORY, SectionKind.FAMILY_HISTORY})


@dataclass(frozen=True, slots=True)
class Detail:
    """How a code stands among its category at its best place: see `Comparison`. `note_fit` is by the words of the whole
    note; `score` the best mention score of the category there."""

    stated: float
    unstated: float
    excluded: float
    lead: float
    note_fit: float
    score: float


@dataclass(frozen=True, slots=True)
class ResolvedCode:
    """A recognised code with its detail, None where no place was looked into; or one that was derived from another of
    its category, with that one's mentions and the features of no source."""

    found: RecognizedCode
    detail: Detail | None
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Recognised codes of one category in one sentence; `anchor` is the best of their mentions."""

    family: Family
    words: Words
    here: Comparison
    note_fit: Matrix
    anchor: Mention
    score: float

    def detail(self, code: str) -> Detail | None:
        row = self.family.codes.get(code)
        if row is None:
            return None
        here = self.here
        return Detail(
            stated=float(here.stated[row]),
            unstated=float(here.unstated[row]),
            excluded=float(here.excluded[row]),
            lead=float(here.lead[row]),
            note_fit=float(self.note_fit[row]),
            score=self.score,
        )

    def derive(self) -> Iterator[str]:
        """The codes of the category that the words fit best."""
        fit = self.here.fit + _NOTE_SHARE * self.note_fit
        codes = list(self.family.codes)
        for row in np.argsort(-fit, kind="stable")[:MOST_DERIVED]:
            if self.here.stated[row] >= LEAST_STATED:
                yield codes[row]

    def quote(self, code: str) -> Span:
        """The anchor's words and those that state the details of the code, where they stand together."""
        stated = self.family.wanted_stems(code)
        places = [i for i, stem in enumerate(self.words.stems) if stem in stated]
        anchor = self.anchor.span
        start = min([anchor.start, *(self.words.starts[i] for i in places)])
        end = max([anchor.end, *(self.words.ends[i] for i in places)])
        inside = sum(start <= at < end for at in self.words.starts)
        return Span(start=start, end=end) if inside <= _WIDEST_QUOTE else anchor


class Resolver:
    """Safe to share between threads."""

    def __init__(self, families: Families) -> None:
        self._families = families

    def resolve(self, found: Sequence[RecognizedCode]) -> list[ResolvedCode]:
        """`found` in its order, then what was derived."""
        places = list(self._find_places(found))
        details: dict[str, Detail] = {}
        for place, codes in places:
            for code in codes:
                _keep_best(details, code, place.detail(code))
        resolved = [ResolvedCode(item, details.get(item.code)) for item in found]
        return resolved + _derive([place for place, _ in places], {item.code for item in found})

    def _find_places(self, found: Sequence[RecognizedCode]) -> Iterator[tuple[_Place, list[str]]]:
        notes = _NoteWords(found)
        groups: dict[tuple[str, int, str], list[tuple[float, str, Mention]]] = defaultdict(list)
        for item in found:
            for mention, score in zip(item.mentions, item.scores, strict=True):
                key = (mention.document_id, mention.sentence_index, item.code[:3])
                groups[key].append((score, item.code, mention))
        for (document_id, sentence, category), members in groups.items():
            score, _, anchor = max(members, key=lambda member: member[0])
            family = self._families.get(category)
            if score >= LEAST_SCORE and family.codes:
                words = notes.words(document_id, sentence, category)
                note_fit = notes.fit(document_id, category, family)
                here = family.compare({*words.stems, *notes.borrow(document_id, category, words, family)})
                place = _Place(family, words, here, note_fit, anchor, score)
                yield place, [code for _, code, _ in members]


class _NoteWords:
    """The words of the sentences in which something was found, each read once."""

    def __init__(self, found: Sequence[RecognizedCode]) -> None:
        self._sentences: dict[tuple[str, int], Words] = {}
        self._titles: dict[tuple[str, int], tuple[TitleWords, ...]] = {}
        self._shared: dict[str, SharedDetails] = defaultdict(SharedDetails)
        self._stems: dict[str, set[str]] = defaultdict(set)
        self._fits: dict[tuple[str, str], Matrix] = {}
        for item in found:
            for mention in item.mentions:
                self._read(mention)

    def _read(self, mention: Mention) -> None:
        key = (mention.document_id, mention.sentence_index)
        if key not in self._sentences:
            self._sentences[key], self._titles[key] = _read_stated(mention.sentence)
            self._stems[mention.document_id].update(self._sentences[key].stems)
            if mention.sentence.section.kind not in _OF_THE_PAST:
                self._shared[mention.document_id].read(self._all_stems(key))

    def _all_stems(self, key: tuple[str, int]) -> tuple[str, ...]:
        return (*self._sentences[key].stems, *(stem for title in self._titles[key] for stem in title.stems))

    def words(self, document_id: str, sentence: int, category: str) -> Words:
        """What a sentence states, also in the words of the category's titles."""
        key = (document_id, sentence)
        return add_title_words(self._sentences[key], self._titles[key], category)

    def borrow(self, document_id: str, category: str, words: Words, family: Family) -> frozenset[str]:
        return self._shared[document_id].borrow(category, set(words.stems), family.words)

    def fit(self, document_id: str, category: str, family: Family) -> Matrix:
        key = (document_id, category)
        if key not in self._fits:
            self._fits[key] = family.compare(self._stems[document_id]).fit
        return self._fits[key]


def _read_stated(sentence: Sentence) -> tuple[Words, tuple[TitleWords, ...]]:
    """The words of a sentence that it does not negate, and what it says in the words of titles."""
    start, end = sentence.span.start, sentence.span.end
    words = sentence.words
    negated = [(scope.start, scope.end) for scope in sentence.scopes if scope.kind == "negated"]

    def is_stated(at: int) -> bool:
        return not any(start <= at < end for start, end in negated)

    kept = [i for i, at in enumerate(words.starts) if is_stated(at)]
    titles = tuple(found for found in find_title_words(sentence.text, start, end) if is_stated(found.start))
    return Words(
        tuple(words.stems[i] for i in kept),
        tuple(words.starts[i] for i in kept),
        tuple(words.ends[i] for i in kept),
    ), titles


def _keep_best(details: dict[str, Detail], code: str, detail: Detail | None) -> None:
    known = details.get(code)
    if detail is not None and (known is None or (detail.lead, detail.stated) > (known.lead, known.stated)):
        details[code] = detail


def _derive(places: Sequence[_Place], known: set[str]) -> list[ResolvedCode]:
    found: dict[str, list[_Place]] = defaultdict(list)
    for place in places:
        for code in place.derive():
            if code not in known:
                found[code].append(place)
    return [_to_resolved(code, at) for code, at in found.items()]


def _to_resolved(code: str, places: Sequence[_Place]) -> ResolvedCode:
    places = sorted(places, key=lambda place: -place.score)
    details: dict[str, Detail] = {}
    for place in places:
        _keep_best(details, code, place.detail(code))
    mentions = tuple(replace(place.anchor, code=code, span=place.quote(code)) for place in places)
    features = np.zeros(len(CodeFeature), dtype=np.float32)
    scores = tuple(place.score for place in places)
    return ResolvedCode(RecognizedCode(code, 0.0, mentions, scores, features), details[code], is_derived=True)
