"""Words of code titles that notes write in other words: "long finger" is a middle finger, "L3-4" is lumbar.

They name no code: they only help to tell the codes of a category apart. Cost: linear in the words of a sentence.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from data.reference.rows import read_rows
from models.coding.words import Words, read_words

_TOKEN = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")


class TitleWords(NamedTuple):
    """What [start, end) of a note says in the words of titles; it speaks only for codes that begin with a prefix."""

    start: int
    end: int
    stems: tuple[str, ...]
    prefixes: tuple[str, ...]


class _Phrase(NamedTuple):
    tokens: tuple[str, ...]
    stems: tuple[str, ...]
    prefixes: tuple[str, ...]


@cache
def _phrases() -> dict[str, tuple[_Phrase, ...]]:
    """By their first token, the longest first."""
    found: dict[str, list[_Phrase]] = {}
    for row in read_rows("title_words.tsv"):
        stems, prefixes = read_words(row["words"]).stems, tuple(row["codes"].replace(".", "").split())
        for written in row["phrases"].split("|"):
            tokens = tuple(_TOKEN.findall(written.lower()))
            found.setdefault(tokens[0], []).append(_Phrase(tokens, stems, prefixes))
    return {first: tuple(sorted(phrases, key=lambda one: -len(one.tokens))) for first, phrases in found.items()}


def find_title_words(text: str, start: int, end: int) -> Iterator[TitleWords]:
    """The phrases in `text[start:end]`; of those that begin at one word only the longest count."""
    tokens = [
        (match[0], start + match.start(), start + match.end()) for match in _TOKEN.finditer(text[start:end].lower())
    ]
    for at, (token, first, _) in enumerate(tokens):
        longest = 0
        for phrase in _phrases().get(token, ()):
            length = len(phrase.tokens)
            if length < longest or tuple(word for word, _, _ in tokens[at : at + length]) != phrase.tokens:
                continue
            longest = length
            yield TitleWords(first, tokens[at + length - 1][2], phrase.stems, phrase.prefixes)


def add_title_words(words: Words, found: tuple[TitleWords, ...], category: str) -> Words:
    """The words with those that count for the category, in the order of the text."""
    added = [one for one in found if category.startswith(one.prefixes)]
    if not added:
        return words
    places = [*zip(words.stems, words.starts, words.ends, strict=True)]
    places += [(stem, one.start, one.end) for one in added for stem in one.stems]
    places.sort(key=lambda place: place[1:])
    stems, starts, ends = zip(*places, strict=True)
    return Words(stems, starts, ends)
