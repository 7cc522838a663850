"""The words of a note that speak of the axes of a code: values of groups, sides, numbers and hours."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from data.pcs import AxisWord
from models.coding.procedures.tokens import Tokens, split_phrase, stem
from models.coding.procedures.trie import Match, Trie, drop_contained

Range = tuple[int, int]

RIGHT, LEFT, BOTH = 0, 1, 2
_SIDES = {
    "right": RIGHT, "rt": RIGHT, "left": LEFT, "lt": LEFT, "bilateral": BOTH, "bilaterally": BOTH, "both": BOTH,
}  # fmt: skip
SIDE_WORDS = frozenset(_SIDES)
_NUMBERS = {word: number for number, word in enumerate("one two three four five six".split(), start=1)} | {
    str(number): number for number in range(1, 10)
}
_HOURS = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s*-?\s*(hours?|hrs?|h|days?)\b", re.IGNORECASE)
_HOURS_A_DAY = 24
# How many tokens stand between a number and what it counts: "2 overlapping drug-eluting stents", "stents x 2".
_NEAR = 2


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a group at tokens [first, last)."""

    axis: AxisWord
    first: int
    last: int


class WordFinder:
    """The words of all groups, compiled once. Of words of one group inside each other the longest holds."""

    def __init__(self, words: Iterable[AxisWord]) -> None:
        grouped: dict[str, list[AxisWord]] = defaultdict(list)
        for word in words:
            grouped[word.group].append(word)
        self.vocabulary: Mapping[str, Sequence[AxisWord]] = grouped
        self._trie = Trie(_spell(words for members in grouped.values() for words in members))

    def find(self, tokens: Tokens) -> Mapping[str, Sequence[Word]]:
        """By group, in the order of the note."""
        matches: dict[str, list[Match[AxisWord]]] = {group: [] for group in self.vocabulary}
        for match in self._trie.find(tokens.stems, tokens.sentences):
            for axis in match.payloads:
                matches[axis.group].append(Match(match.first, match.last, (axis,)))
        return {group: _keep_longest(found) for group, found in matches.items()}


def _spell(words: Iterable[AxisWord]) -> Iterable[tuple[tuple[str, ...], AxisWord]]:
    return ((tuple(map(stem, split_phrase(phrase))), word) for word in words for phrase in word.phrases)


def _keep_longest(matches: Sequence[Match[AxisWord]]) -> list[Word]:
    """Words that say several values at once ("bimalleolar") say all of them."""
    joined: dict[Range, tuple[AxisWord, ...]] = {}
    for match in matches:
        place = (match.first, match.last)
        joined[place] = (*joined.get(place, ()), *match.payloads)
    longest = drop_contained(Match(first, last, axes) for (first, last), axes in joined.items())
    return [Word(axis, match.first, match.last) for match in longest for axis in match.payloads]


def find_sides(tokens: Tokens, scope: Range) -> list[tuple[int, int]]:
    """(token, side) of the words for sides."""
    return [(token, _SIDES[tokens.words[token]]) for token in range(*scope) if tokens.words[token] in _SIDES]


def nearest_sides(tokens: Tokens, scope: Range, near: Range) -> list[tuple[int, int]]:
    """The words for the side that stand nearest to tokens `near`; both of "right and left"."""
    found = sorted(find_sides(tokens, scope), key=lambda item: max(near[0] - item[0], item[0] - near[1] + 1, 0))
    joined = [
        [one, other]
        for one, other in pairwise(sorted(found))
        if other[0] - one[0] == _NEAR and tokens.words[one[0] + 1] == "and"
    ]
    return next((pair for pair in joined if found[0] in pair), found[:1])


def count_used(tokens: Tokens, words: Sequence[Word]) -> int | None:
    """How many of a thing: the number beside it, else one a word in the singular; None for an uncounted plural."""
    total = 0
    for word in words:
        before = tokens.words[max(word.first - _NEAR, 0) : word.first]
        after = tokens.words[word.last : word.last + _NEAR]
        stated = next((_NUMBERS[text] for text in reversed(before) if text in _NUMBERS), None)
        if stated is None and after[:1] == ("x",):
            stated = _NUMBERS.get("".join(after[1:2]))
        if stated is None and tokens.words[word.last - 1].endswith("ents"):
            return None
        total += stated or 1
    return total or None


def read_hours(text: str) -> float | None:
    """The longest time in a text, in hours."""
    found = [
        float(number) * (_HOURS_A_DAY if unit.lower().startswith("d") else 1) for number, unit in _HOURS.findall(text)
    ]
    return max(found, default=None)
