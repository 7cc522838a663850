"""Details that another sentence of a note gives: the side of the knee that was examined, a fracture not displaced.

Borrowed only where the note gives one answer; two answers are none. Cost: linear in the words of the note.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache

from data.reference.rows import read_rows
from models.coding.words import read_words

_SIDES = frozenset(read_words("right left bilateral").stems)
_DISPLACED, _NONDISPLACED = read_words("displaced nondisplaced").stems
# How many words may stand between a side and the part that it belongs to ("L lateral foot", "foot, L").
_AHEAD, _BEHIND = 3, 1


@cache
def _regions() -> dict[str, frozenset[str]]:
    """Regions by the stem of a word for one of their parts."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in read_rows("body_regions.tsv"):
        for stem in read_words(row["words"]).stems:
            found[stem].add(row["region"])
    return {stem: frozenset(regions) for stem, regions in found.items()}


@cache
def _regions_of(category: str) -> frozenset[str]:
    rows = read_rows("body_regions.tsv")
    return frozenset(row["region"] for row in rows if category.startswith(tuple(row["codes"].split())))


class SharedDetails:
    """What the sentences of one document say of sides and displacement. Filled by `read`, sentence by sentence."""

    def __init__(self) -> None:
        self._sides: dict[str, set[str]] = defaultdict(set)
        self._displacement: set[str] = set()

    def read(self, stems: Sequence[str]) -> None:
        self._displacement |= {_DISPLACED, _NONDISPLACED} & set(stems)
        for at, stem in enumerate(stems):
            if stem in _SIDES:
                for region in _regions_in(_around(stems, at)):
                    self._sides[region].add(stem)

    def borrow(self, category: str, stems: Set[str], vocabulary: Iterable[str]) -> frozenset[str]:
        """Words of the category's titles that the sentence leaves out and the rest of the note states."""
        known = frozenset(vocabulary)
        return frozenset((*self._borrow_side(category, stems), *self._borrow_displacement(stems))) & known

    def _borrow_side(self, category: str, stems: Set[str]) -> Iterator[str]:
        if stems & _SIDES:
            return
        regions = set(_regions_in(stems)) or _regions_of(category)
        sides = {side for region in regions for side in self._sides.get(region, ())}
        if len(sides) == 1:
            yield from sides

    def _borrow_displacement(self, stems: Set[str]) -> Iterator[str]:
        """A fracture is displaced unless it is said not to be (I.C.19.c)."""
        if stems & {_DISPLACED, _NONDISPLACED}:
            return
        yield _NONDISPLACED if self._displacement == {_NONDISPLACED} else _DISPLACED


def _around(stems: Sequence[str], at: int) -> Iterator[str]:
    """The words behind a side up to the next side, and the one before it."""
    for stem in stems[at + 1 : at + 1 + _AHEAD]:
        if stem in _SIDES:
            break
        yield stem
    yield from stems[max(0, at - _BEHIND) : at]


def _regions_in(stems: Iterable[str]) -> Iterator[str]:
    for stem in stems:
        yield from _regions().get(stem, ())
