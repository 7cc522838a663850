"""Builds the search index of one code set: its titles and inclusion terms, the index, synonyms and service names."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data.code_notes import NoteKind
from data.codes import CodeSystem
from data.codeset import CodeSet
from models.coding.words import normalize_word
from models.search.term_index import TermArrays
from models.search.tokens import split_words

TITLE, INCLUSION, HEADER, INDEX, SYNONYM, SERVICE, CUE = 1.0, 0.98, 0.94, 0.93, 1.08, 1.0, 1.0
# Words that titles carry without saying what the disease is; they count little in either direction.
_FILLERS = "without complication complicated encounter initial subsequent sequela closed specified routine healing"
_FILLER_SHARE = 0.12
_HEADER_PRIOR = 0.93
_COMMON_PRIOR = 1.05
_NEARLY_COMMON_PRIOR = 1.02
_RESIDUAL = re.compile(r"^Other |[Oo]ther specified")
_RESIDUAL_PRIOR = 0.97
# Quality-measure reports are no services, and their titles are long.
_QUALITY_MEASURES = ("G8", "G9", "M1")
_QUALITY_PRIOR = 0.85
# Injuries are looked up for active treatment first; later encounters follow, sequelae come last.
_SEVENTH_PRIOR = {"A": 1.0, "D": 0.93, "S": 0.9}
_OTHER_SEVENTH_PRIOR = 0.95
_FULL_LENGTH = 7


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """Words for a code, and how far their source is trusted (1 is a title)."""

    compact: str
    text: str
    quality: float


@dataclass(frozen=True, slots=True)
class SearchCode:
    """A code as it is shown; its own days where it has any."""

    compact: str
    term: str
    is_billable: bool
    valid_from: date | None = None
    valid_to: date | None = None


def code_set_terms(code_set: CodeSet) -> Iterator[SearchTerm]:
    """Titles and inclusion terms; those of a header also stand for the billable code that its default leads to."""
    for compact, term in zip(code_set.codes, code_set.terms, strict=True):
        texts = [(term, TITLE)] + [(note.text, INCLUSION) for note in code_set.notes(compact, NoteKind.INCLUSION)]
        for text, quality in texts:
            yield SearchTerm(compact, text, quality)
        if not code_set.is_billable(compact) and code_set.system is CodeSystem.ICD10CM:
            default = default_billable(code_set, compact)
            yield from (SearchTerm(default, text, HEADER) for text, _ in texts)


def default_billable(code_set: CodeSet, compact: str) -> str:
    """The billable code under a header for when no more is said: unspecified, and initial encounter."""
    while not code_set.is_billable(compact):
        children = code_set.children(compact)
        if not children:
            break
        compact = min(children, key=_default_rank)
    return compact


def _default_rank(compact: str) -> tuple[int, str]:
    order = "A0" if len(compact) == _FULL_LENGTH else "90"
    return (order.index(compact[-1]) if compact[-1] in order else len(order), compact)


def build_arrays(
    system: CodeSystem, codes: Sequence[SearchCode], terms: Iterable[SearchTerm], common: frozenset[str]
) -> TermArrays:
    """`common` codes are met daily: of codes that match alike they come first."""
    row_of = {code.compact: row for row, code in enumerate(codes)}
    kin = frozenset(map(kin_key, common))
    bags = _Bags()
    for term in terms:
        if term.compact in row_of:
            bags.add(row_of[term.compact], term)
    weights = bags.form_weights()
    starts, postings = bags.invert()
    words = sorted(bags.form_of_word)
    return TermArrays(
        words=words,
        word_form=np.array([bags.form_of_word[word] for word in words], dtype=np.int32),
        forms=list(bags.form_ids),
        form_weight=weights,
        posting_starts=starts,
        postings=postings,
        term_code=np.array(bags.term_code, dtype=np.int32),
        term_quality=np.array(bags.term_quality, dtype=np.float32),
        term_mass=bags.masses(weights),
        code_prior=np.array([_prior(system, code, common, kin) for code in codes], dtype=np.float32),
    )


def _prior(system: CodeSystem, code: SearchCode, common: frozenset[str], kin: frozenset[str]) -> float:
    prior = 1.0 if code.is_billable and code.valid_to is None else _HEADER_PRIOR
    if system is CodeSystem.ICD10CM and len(code.compact) == _FULL_LENGTH:
        prior *= _SEVENTH_PRIOR.get(code.compact[-1], _OTHER_SEVENTH_PRIOR)
    if _RESIDUAL.search(code.term):
        prior *= _RESIDUAL_PRIOR
    if system is CodeSystem.HCPCS and code.compact.startswith(_QUALITY_MEASURES):
        prior *= _QUALITY_PRIOR
    if code.compact in common:
        return prior * _COMMON_PRIOR
    return prior * _NEARLY_COMMON_PRIOR if kin_key(code.compact) in kin else prior


def kin_key(compact: str) -> str:
    """What the code shares with its other sides and sites: S93.401A and S93.409A are kin."""
    return compact[:5] + compact[-1] if len(compact) == _FULL_LENGTH else compact[:-1]


class _Bags:
    """The distinct forms of every term."""

    def __init__(self) -> None:
        self.form_ids: dict[str, int] = {}
        self.form_of_word: dict[str, int] = {}
        self.term_code: list[int] = []
        self.term_quality: list[float] = []
        self._forms: list[int] = []
        self._sizes: list[int] = []
        self._term_of: dict[tuple[int, frozenset[int]], int] = {}
        self._form = lru_cache(maxsize=None)(self._find_form)

    def add(self, code_row: int, term: SearchTerm) -> None:
        forms = frozenset(form for word in split_words(term.text) if (form := self._form(word)) >= 0)
        known = self._term_of.get((code_row, forms))
        if known is not None:
            self.term_quality[known] = max(self.term_quality[known], term.quality)
        elif forms:
            self._term_of[code_row, forms] = len(self.term_code)
            self.term_code.append(code_row)
            self.term_quality.append(term.quality)
            self._forms.extend(forms)
            self._sizes.append(len(forms))

    def form_weights(self) -> NDArray[np.float32]:
        """Rare forms weigh more: log(1 + terms / terms with the form)."""
        counts = np.bincount(np.array(self._forms, dtype=np.int64), minlength=len(self.form_ids))
        weights = np.log1p(len(self._sizes) / np.maximum(counts, 1)).astype(np.float32)
        for filler in map(normalize_word, _FILLERS.split()):
            if filler in self.form_ids:
                weights[self.form_ids[filler]] *= _FILLER_SHARE
        return weights

    def masses(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        starts = np.concatenate(([0], np.cumsum(self._sizes)[:-1])).astype(np.int64)
        return np.add.reduceat(weights[self._forms], starts).astype(np.float32) if self._sizes else weights[:0]

    def invert(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        forms = np.array(self._forms, dtype=np.int64)
        terms = np.repeat(np.arange(len(self._sizes), dtype=np.int32), self._sizes)
        order = np.argsort(forms, kind="stable")
        starts = np.searchsorted(forms[order], np.arange(len(self.form_ids) + 1)).astype(np.int64)
        return starts, terms[order]

    def _find_form(self, word: str) -> int:
        normal = normalize_word(word)
        if not normal:
            return -1
        form = self.form_ids.setdefault(normal, len(self.form_ids))
        self.form_of_word[word] = form
        return form
