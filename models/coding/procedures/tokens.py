"""The words of a note as the procedure recogniser compares them, with their places and the sentences they stand in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from models.coding.procedures.text import ProcedureText

# Letters and digits are apart ("20mg", "x3"), so that numbers are found wherever they are glued.
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
_ENUMERATOR = re.compile(r"\d{1,2}[.)](?:\s|$)")
_POSSESSIVE = re.compile(r"['’]s\b")
# Abbreviations that are words too; `capitals` tells where they are written as abbreviations.
ALSO_WORDS = frozenset({"us", "scared"})
# Brand names whose ending is no ending; "hospital" is not "hospitalized", nor "admits" (to smoking) "admit".
_AS_WRITTEN = frozenset({"vaxelis", "hospital", "admits"})
_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The comparable form of a lower-case word: "biopsies" and "biopsy" are one."""
    return word if word in _AS_WRITTEN else str(_stemmer.stemWord(word))


def split_phrase(phrase: str) -> tuple[str, ...]:
    """The words of a phrase, lower case, without punctuation and possessives."""
    return tuple(_TOKEN.findall(_POSSESSIVE.sub("", phrase.lower())))


@dataclass(frozen=True, slots=True)
class Tokens:
    """Parallel arrays over the tokens of a note. `sentences` and `items` number the sentence, and the paragraph or
    list item, that a token belongs to; `breaks[i]` tells that punctuation which ends a clause stands before token i,
    `commas[i]` that a comma does, `lines[i]` that the line does."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sentences: tuple[int, ...]
    items: tuple[int, ...]
    commas: tuple[bool, ...]
    breaks: tuple[bool, ...]
    lines: tuple[bool, ...]
    capitals: frozenset[int]

    def __len__(self) -> int:
        return len(self.words)


def read_tokens(text: ProcedureText) -> Tokens:
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    sentences: list[int] = []
    for number, sentence in enumerate(text.sentences):
        for match in _TOKEN.finditer(text.text, sentence.start, sentence.end):
            if match.group() in ("s", "S") and text.text[match.start() - 1 : match.start()] in ("'", "’"):
                continue
            words.append(match.group().lower())
            starts.append(match.start())
            ends.append(match.end())
            sentences.append(number)
    items = _number_items(text)
    gaps = _gaps(text.text, starts, ends)
    return Tokens(
        words=tuple(words),
        stems=tuple(map(stem, words)),
        starts=tuple(starts),
        ends=tuple(ends),
        sentences=tuple(sentences),
        items=tuple(items[number] for number in sentences),
        commas=tuple("," in gap for gap in gaps),
        breaks=tuple(";" in gap or " - " in gap or " – " in gap or "|" in gap for gap in gaps),
        lines=tuple("\n" in gap for gap in gaps),
        capitals=frozenset(
            index
            for index, word in enumerate(words)
            if word in ALSO_WORDS and text.text[starts[index] : ends[index]].isupper()
        ),
    )


def _number_items(text: ProcedureText) -> list[int]:
    """Per sentence, the number of its paragraph or list item: a new line, section or "2." begins another."""
    numbers: list[int] = []
    for index, sentence in enumerate(text.sentences):
        if index == 0:
            numbers.append(0)
            continue
        before = text.sentences[index - 1]
        is_same = before.section_kind == sentence.section_kind and "\n" not in text.text[before.end : sentence.start]
        is_same = is_same and not _ENUMERATOR.match(text.text, sentence.start, sentence.end)
        numbers.append(numbers[-1] + (not is_same))
    return numbers


def _gaps(text: str, starts: Sequence[int], ends: Sequence[int]) -> list[str]:
    """The text between each token and the one before it."""
    return [text[ends[index - 1] if index else start : start] for index, start in enumerate(starts)]
