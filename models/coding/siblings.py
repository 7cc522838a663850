"""What tells the codes of one category apart, held against the words of a sentence.

A mention of a fracture of the radius names a category of a thousand codes. Their titles differ in side, site, degree,
and in what is with or without; the sentence states some of it. Cost: words of the category x its codes, a sentence.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from data.codeset import CodeSet
from models.coding.words import read_words

Counts = npt.NDArray[np.float32]

_WITHOUT = re.compile(r"\b(?:without|not)\b((?:(?!\bwith\b)[^,;])*)")
_LATER = re.compile(r",?\s*(?:initial|subsequent) encounter\b.*|,\s*sequela$")
_ENCOUNTER_START = 7


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of each code of a family, *shape* (codes,): the weight of the words of its title that the text states, and that
    it leaves out; of words that the title excludes and the text states; the margin over the best other code."""

    stated: Counts
    unstated: Counts
    excluded: Counts
    lead: Counts

    @property
    def fit(self) -> Counts:
        return _fit(self.stated, self.unstated, self.excluded)


@dataclass(frozen=True, slots=True)
class Family:
    """The billable codes of a category, before any later encounter for an injury. wanted, excluded: *shape* (words,
    codes), the share of titles without the word, or 0 where the title lacks it; `whole` is the sum of all wanted words
    of each code."""

    codes: Mapping[str, int]
    words: Mapping[str, int]
    wanted: Counts
    excluded: Counts
    whole: Counts

    def compare(self, stems: Iterable[str]) -> Comparison:
        present = sorted({self.words[stem] for stem in stems if stem in self.words})
        stated: Counts = self.wanted[present].sum(axis=0)
        excluded: Counts = self.excluded[present].sum(axis=0)
        unstated = self.whole - stated
        return Comparison(stated, unstated, excluded, _lead(_fit(stated, unstated, excluded)))

    def wanted_stems(self, code: str) -> set[str]:
        weights = self.wanted[:, self.codes[code]]
        return {stem for stem, row in self.words.items() if weights[row] > 0}


class Families:
    """Families by category, each built when it is first asked for."""

    def __init__(self, code_set: CodeSet) -> None:
        self._code_set = code_set
        self.get = lru_cache(maxsize=2048)(self._build)

    def _build(self, category: str) -> Family:
        codes = [code for code in _billable_below(category, self._code_set) if _is_first_encounter(code)]
        bags = [_read_title(self._code_set.get(code).term) for code in codes]
        names = sorted({stem for wanted, excluded in bags for stem in wanted | excluded})
        words = {stem: row for row, stem in enumerate(names)}
        wanted, excluded = (_incidence([bag[side] for bag in bags], words) for side in (0, 1))
        weights = 1 - wanted.mean(axis=1, keepdims=True) if codes else np.zeros((0, 1), dtype=np.float32)
        wanted, excluded = wanted * weights, excluded * weights
        return Family({code: at for at, code in enumerate(codes)}, words, wanted, excluded, wanted.sum(axis=0))


def _read_title(term: str) -> tuple[Set[str], Set[str]]:
    """Stems that the title wants, and those that it says are not there."""
    title = _LATER.sub("", term)
    excluded = {stem for match in _WITHOUT.finditer(title) for stem in read_words(match[1]).stems}
    wanted = set(read_words(_WITHOUT.sub(" ", title)).stems)
    return wanted, excluded - wanted


def _incidence(bags: Sequence[Set[str]], words: Mapping[str, int]) -> Counts:
    table = np.zeros((len(words), len(bags)), dtype=np.float32)
    for code, bag in enumerate(bags):
        table[[words[stem] for stem in bag if stem in words], code] = 1
    return table


def _fit(stated: Counts, unstated: Counts, excluded: Counts) -> Counts:
    result: Counts = stated - 0.5 * unstated - excluded
    return result


def _lead(fit: Counts) -> Counts:
    if len(fit) < 2:
        return np.ones_like(fit)
    second, first = np.partition(fit, -2)[-2:]
    result: Counts = fit - np.where(fit == first, second, first)
    return result


def _is_first_encounter(compact: str) -> bool:
    return len(compact) < _ENCOUNTER_START or compact[0] not in "STVWXY" or compact[-1] in "AB"


def _billable_below(compact: str, code_set: CodeSet) -> list[str]:
    if code_set.is_billable(compact):
        return [compact]
    return [code for child in code_set.children(compact) for code in _billable_below(child, code_set)]
