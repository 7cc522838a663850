"""Words as the recognisers compare them: stemmed, in American spelling, with variants made one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import Stemmer

from data.reference.rows import read_rows

# Abbreviations with a stroke are one word: "b/l", "w/o"; most of them carry no content ("d/t", "s/p").
_WORD = re.compile(r"\b(?:[dr]/t|2/2|s/p|w/o|c/w|h/o|y/o|b/l|r/o|f/u)\b|[^\W_]+(?:['’][a-z]+)?", re.IGNORECASE)
_BRITISH = (
    (re.compile(r"haem"), "hem"),
    (re.compile(r"aem(?=i)"), "em"),
    (re.compile(r"oed"), "ed"),
    (re.compile(r"oes(?=[oti])"), "es"),
    (re.compile(r"paed"), "ped"),
    (re.compile(r"(?<=[^aeiou])oea"), "ea"),
    (re.compile(r"pnoe"), "pne"),
    (re.compile(r"(?<=[a-z]{2})our$"), "or"),
    (re.compile(r"(?<=[a-z]{3})ours$"), "ors"),
    (re.compile(r"ise(?=d?$)"), "ize"),
    (re.compile(r"anaesth"), "anesth"),
    (re.compile(r"leuk"), "leuc"),
)
STOP_WORDS = frozenset(
    "a an and are as at be been by classified due elsewhere for from had has have he her his in into is it its nec nos"
    " not of on or other otherwise patient she specified that the their there this to type unspecified was were which"
    " with who w d/t r/t 2/2 s/p c/w y/o r/o f/u".split()
)
_stemmer = Stemmer.Stemmer("english")


_ROMAN = {roman: str(i) for i, roman in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), 1)}
_NUMBERED = frozenset(row["word"] for row in read_rows("numbered_words.tsv"))
_variants = {row["word"]: row["canonical"] for row in read_rows("word_variants.tsv")}


@lru_cache(maxsize=200_000)
def normalize_word(word: str) -> str:
    """The comparable form of one word; the empty string when the word carries no content.

    "Ischaemic", "ischemic" and "ischemia" compare equal; "2" and "ii" stay as they are.
    """
    lowered = word.lower().replace("’", "'").removesuffix("'s")
    if lowered in STOP_WORDS:
        return ""
    for pattern, spelling in _BRITISH:
        lowered = pattern.sub(spelling, lowered)
    return str(_stemmer.stemWord(_variants.get(lowered, lowered)))


def _read_number(word: str, *, is_numbered: bool) -> str:
    """Arabic digits; the empty string for one that numbers nothing. Roman letters alone stay a word: an IV drip."""
    if is_numbered:
        return _ROMAN.get(word, word.lstrip("0"))
    return word if word in _ROMAN else ""


@dataclass(frozen=True, slots=True)
class Words:
    """The content words of a stretch of text, in order, with their code point offsets in the whole text."""

    stems: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.stems)


@cache
def _expansions() -> dict[str, tuple[str, ...]]:
    """The stems of what an abbreviation stands for; none stands for another abbreviation."""
    rows = read_rows("word_expansions.tsv")
    return {row["word"]: tuple(_stems(row["words"])) for row in rows}


def _stems(text: str) -> Iterator[str]:
    words = text.split()
    for before, word in zip(("", *words), words, strict=False):
        is_number = word in _ROMAN or word.isdigit()
        stem = _read_number(word, is_numbered=before in _NUMBERED) if is_number else normalize_word(word)
        if stem:
            yield stem


def read_words(text: str, start: int = 0, end: int | None = None) -> Words:
    """Reads the content words of `text[start:end]`.

    A number counts after a word that takes one ("stage 3", "type II"): that of a list, a dose or a result says nothing.
    An abbreviation of several words is read as these, all of them at its place.
    """
    stems, starts, ends = [], [], []
    numbered_to = -1
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        word = match[0].lower()
        if word in _ROMAN or word.isdigit():
            stem = _read_number(
                word, is_numbered=numbered_to >= 0 and not text[numbered_to : match.start()].strip(" -:")
            )
        else:
            stem = normalize_word(word)
        numbered_to = match.end() if word in _NUMBERED else -1
        for part in _expansions().get(word) or ((stem,) if stem else ()):
            stems.append(part)
            starts.append(match.start())
            ends.append(match.end())
    return Words(tuple(stems), tuple(starts), tuple(ends))
