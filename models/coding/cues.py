"""Tokens of a sentence, and the cue phrases among them (data/reference/assertion_cues.tsv, assertion_stops.tsv)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import product
from typing import Generic, NamedTuple, TypeVar

from data.reference.rows import read_rows

_TOKEN = re.compile(r"\[ ?[xX✓]?\]|\([ xX+−-]\)|[A-Za-z]/[A-Za-z](?![\w/])|\w+(?:['’]\w+)?|[^\w\s]")
_NUMBERS = frozenset(
    {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "couple"}
)
_NOTHING: frozenset[str] = frozenset()
_FOLD = str.maketrans({"’": "'", "–": "-", "—": "-", "−": "-"})


class Token(NamedTuple):
    """A word or a mark, lower case, numbers as `#`, with its place in the note."""

    text: str
    start: int
    end: int


class Direction(StrEnum):
    """Which side of a cue it speaks of; auto: read from its place; closing: before it, where a clause ends with it."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"
    AUTO = "auto"
    CLOSING = "closing"
    NONE = "pseudo"


class Extent(StrEnum):
    """How far a cue reaches: a few words, one item, one phrase, a list of items, the whole sentence."""

    SHORT = "short"
    ITEM = "item"
    PHRASE = "phrase"
    LIST = "list"
    SENTENCE = "sentence"
    NONE = "none"


class Cue(NamedTuple):
    """A cue phrase: what it asserts (`negated`, `family`, ...; `pseudo` asserts nothing), where and how far."""

    kinds: frozenset[str]
    direction: Direction
    extent: Extent


class CueMatch(NamedTuple):
    """A cue at tokens [first, last)."""

    first: int
    last: int
    cue: Cue


class Stops(NamedTuple):
    """Per token, what ends before it: `closes[i]` holds kinds of cue, or `all`, `clause`, `lead`."""

    closes: tuple[frozenset[str], ...]

    def closes_at(self, index: int, kind: str) -> bool:
        return bool(self.closes[index]) and not self.closes[index].isdisjoint({"all", kind})


def find_tokens(text: str, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """The tokens of text[start:end], with code point offsets in the whole text."""
    matches = _TOKEN.finditer(text, start, len(text) if end is None else end)
    return tuple(Token(_plain(match.group()), match.start(), match.end()) for match in matches)


def _plain(word: str) -> str:
    word = word.lower().translate(_FOLD)
    return "#" if word in _NUMBERS or word.isdecimal() else word


_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class _Phrases(Generic[_Value]):
    """Phrases of one first word: by their words, and the lengths to try, the longest first."""

    by_words: dict[tuple[str, ...], _Value]
    lengths: tuple[int, ...]

    def find(self, words: tuple[str, ...], index: int) -> Iterator[tuple[int, _Value]]:
        """The phrases that begin at `index`, the longest first, with their lengths in words."""
        for length in self.lengths:
            value = self.by_words.get(words[index : index + length])
            if value is not None and index + length <= len(words):
                yield length, value


def _index(phrases: Iterable[tuple[str, _Value]]) -> dict[str, _Phrases[_Value]]:
    """Phrases by their first word."""
    found: dict[str, dict[tuple[str, ...], _Value]] = {}
    for phrase, value in phrases:
        words = tuple(token.text for token in find_tokens(phrase))
        found.setdefault(words[0], {})[words] = value
    return {
        word: _Phrases(by_words, tuple(sorted({len(words) for words in by_words}, reverse=True)))
        for word, by_words in found.items()
    }


@cache
def _classes() -> dict[str, list[str]]:
    return {row["class"]: row["words"].split("|") for row in read_rows("assertion_words.tsv")}


def _expand(phrase: str) -> Iterator[str]:
    """The phrase with each class of words in it (`<relative>`) replaced by each of its words."""
    parts = (_classes()[part[1:-1]] if part.startswith("<") else [part] for part in re.split(r"(<\w+>)", phrase))
    return ("".join(words) for words in product(*parts))


@cache
def _cues() -> dict[str, _Phrases[Cue]]:
    return _index(
        (phrase, Cue(frozenset(row["kind"].split("+")), Direction(row["direction"]), Extent(row["extent"])))
        for row in read_rows("assertion_cues.tsv")
        for phrase in _expand(row["cue"])
    )


@cache
def _stops() -> dict[str, _Phrases[frozenset[str]]]:
    return _index((row["stop"], frozenset(row["closes"].split())) for row in read_rows("assertion_stops.tsv"))


def find_cues(tokens: tuple[Token, ...]) -> Iterator[CueMatch]:
    """The cues among the tokens, the longest at each place, none overlapping another."""
    words = tuple(token.text for token in tokens)
    cues = _cues()
    index = 0
    while index < len(words):
        phrases = cues.get(words[index])
        found = next(phrases.find(words, index), None) if phrases else None
        if found:
            yield CueMatch(index, index + found[0], found[1])
        index += found[0] if found else 1


def find_stops(tokens: tuple[Token, ...]) -> Stops:
    """What ends before each token."""
    words = tuple(token.text for token in tokens)
    stops = _stops()
    return Stops(tuple(_closed_at(stops.get(word), words, index) for index, word in enumerate(words)))


def _closed_at(phrases: _Phrases[frozenset[str]] | None, words: tuple[str, ...], index: int) -> frozenset[str]:
    if phrases is None:
        return _NOTHING
    return frozenset[str]().union(*(closed for _, closed in phrases.find(words, index)))
