"""The items of a sentence: what stands between its commas, semicolons, brackets and dashes, as in a list."""

import re
from bisect import bisect_right

from models.coding.words import Words

_SOFT = re.compile(r"[,:()\[\];|•—–>→]|\s-+\s")
_HARD = re.compile(r"[;|•]")


class Items:
    """The items of a sentence, by the indices of its words. No term reaches over a hard break."""

    def __init__(self, text: str, words: Words) -> None:
        between = [text[end:start] for end, start in zip(words.ends, words.starts[1:], strict=False)]
        self._hard = [0, *(i for i, gap in enumerate(between, start=1) if _HARD.search(gap))]
        any_break = (i for i, gap in enumerate(between, start=1) if _SOFT.search(gap))
        self._starts = sorted({0, *any_break})
        self._words = len(words)

    def count_breaks(self, first: int, last: int) -> int:
        """Breaks among the words from `first` to `last`."""
        return bisect_right(self._starts, last) - bisect_right(self._starts, first)

    def is_split(self, first: int, last: int) -> bool:
        """Whether a hard break lies among these words."""
        return bisect_right(self._hard, last) != bisect_right(self._hard, first)

    def share(self, first: int, last: int) -> float:
        """Of the words of the items that `first` and `last` stand in, how many lie between these two, with them."""
        start = self._starts[bisect_right(self._starts, first) - 1]
        after = bisect_right(self._starts, last)
        end = self._starts[after] if after < len(self._starts) else self._words
        return (last - first + 1) / (end - start)

    def is_first(self, word: int) -> bool:
        """Whether an item begins with this word."""
        return self._starts[bisect_right(self._starts, word) - 1] == word
