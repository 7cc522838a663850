"""An inverted index over the terms of one code set: for each word the terms that hold it, best match first.

Words are compared in the normal form of the recognisers; a word that is typed in part matches what begins with it, a
word that is misspelt what is spelt most alike.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from models.coding.words import normalize_word

_PREFIX_STRENGTH = 0.85
_FUZZY_STRENGTH = 0.95
# A word that no title holds, though one holds a word of its stem: "fractures", but "migrane" and "migrans" as well.
_STEM_STRENGTH = 0.8
_FUZZY_CUTOFF = 0.72
_SHORTEST_FUZZY = 4
_MAX_FUZZY = 6
_LEAST_COVERAGE = 0.4
_LEAST_OF_BEST = 0.6
_PRECISION_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class TermArrays:
    """*Shapes:* words, word_form (words,), sorted by word; forms, form_weight (forms,); posting_starts (forms + 1,)
    into postings, which are term numbers; term_code, term_quality, term_mass (terms,); code_prior (codes,).

    `term_mass` is the summed weight of a term's forms, `term_quality` how far its source is trusted.
    """

    words: Sequence[str]
    word_form: NDArray[np.int32]
    forms: Sequence[str]
    form_weight: NDArray[np.float32]
    posting_starts: NDArray[np.int64]
    postings: NDArray[np.int32]
    term_code: NDArray[np.int32]
    term_quality: NDArray[np.float32]
    term_mass: NDArray[np.float32]
    code_prior: NDArray[np.float32]


class TermIndex:
    def __init__(self, arrays: TermArrays) -> None:
        self._arrays = arrays
        self._form_of = dict(zip(arrays.forms, range(len(arrays.forms)), strict=True))
        self._unknown_weight = float(arrays.form_weight.max(initial=1.0))
        self._spelt_like = lru_cache(maxsize=4096)(self._find_spelt_like)

    def __contains__(self, word: str) -> bool:
        return normalize_word(word) in self._form_of

    def search(self, words: Sequence[str], limit: int) -> Iterator[tuple[int, float]]:
        """Codes (by number) with scores in [0, 1], best first; the last word may be unfinished."""
        forms = [self._match(word, is_last=place == len(words) - 1) for place, word in enumerate(words)]
        known = [found for found in forms if found is not None]
        if not any(known):
            return
        arrays = self._arrays
        gained = np.zeros(len(arrays.term_code), dtype=np.float32)
        asked = 0.0
        for found in known:
            weight = max((arrays.form_weight[form] for form, _ in found), default=self._unknown_weight)
            asked += float(weight)
            self._add(gained, found, float(weight))
        yield from self._best(gained, asked, limit)

    def _best(self, gained: NDArray[np.float32], asked: float, limit: int) -> Iterator[tuple[int, float]]:
        arrays = self._arrays
        terms = np.flatnonzero(gained >= max(_LEAST_COVERAGE * asked, _LEAST_OF_BEST * float(gained.max())))
        coverage = gained[terms] / asked
        precision = np.minimum(gained[terms] / arrays.term_mass[terms], 1.0)
        codes = arrays.term_code[terms]
        scores = coverage**2 * (1 - _PRECISION_SHARE + _PRECISION_SHARE * precision)
        scores *= arrays.term_quality[terms] * arrays.code_prior[codes]
        best = np.zeros(len(arrays.code_prior), dtype=np.float32)
        np.maximum.at(best, codes, scores)
        found = np.unique(codes)
        if len(found) > limit:
            found = found[np.argpartition(best[found], -limit)[-limit:]]
        order = found[np.lexsort((found, -best[found]))]
        yield from ((int(code), float(best[code])) for code in order)

    def _add(self, gained: NDArray[np.float32], found: Sequence[tuple[int, float]], weight: float) -> None:
        """A term gains by the strongest of the forms that one word matches."""
        if len(found) == 1:
            form, strength = found[0]
            gained[self._postings(form)] += weight * strength
            return
        strongest = np.zeros_like(gained)
        for form, strength in sorted(found, key=lambda pair: pair[1]):
            strongest[self._postings(form)] = weight * strength
        gained += strongest

    def _postings(self, form: int) -> NDArray[np.int32]:
        starts = self._arrays.posting_starts
        return self._arrays.postings[starts[form] : starts[form + 1]]

    def _match(self, word: str, *, is_last: bool) -> list[tuple[int, float]] | None:
        """The forms that a word may mean, with strengths; None for a word without content, empty for an unknown one."""
        normal = normalize_word(word)
        if not normal:
            return None
        exact = self._form_of.get(normal)
        is_word = exact is not None and (word.isdigit() or self._is_word(word))
        if word.isdigit() or (is_word and not is_last):
            return [] if exact is None else [(exact, 1.0)]
        found = {} if is_word else dict(self._spelt_like(word))
        if len(word) > 1:
            found |= {form: max(found.get(form, 0.0), _PREFIX_STRENGTH) for form in self._beginning_with(word)}
        if exact is not None:
            found[exact] = 1.0 if is_word else max(found.get(exact, 0.0), _STEM_STRENGTH)
        return list(found.items())

    def _is_word(self, word: str) -> bool:
        place = bisect_left(self._arrays.words, word)
        return place < len(self._arrays.words) and self._arrays.words[place] == word

    def _beginning_with(self, prefix: str) -> Iterator[int]:
        words = self._arrays.words
        for place in range(bisect_left(words, prefix), len(words)):
            if not words[place].startswith(prefix):
                return
            yield int(self._arrays.word_form[place])

    def _find_spelt_like(self, word: str) -> tuple[tuple[int, float], ...]:
        if len(word) < _SHORTEST_FUZZY:
            return ()
        alike = process.extract(
            word, self._arrays.words, scorer=OSA.normalized_similarity, score_cutoff=_FUZZY_CUTOFF, limit=_MAX_FUZZY
        )
        found: dict[int, float] = {}
        for _, similarity, place in alike:
            form = int(self._arrays.word_form[place])
            found[form] = max(found.get(form, 0.0), similarity * _FUZZY_STRENGTH)
        return tuple(found.items())
