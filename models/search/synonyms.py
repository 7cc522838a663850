"""What people call things: `data/reference/search_synonyms.tsv`, from term to codes or to the words of the titles."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Self

from data.codes import Code, CodeSystem, parse_code
from models.search.tokens import split_words

FILE_NAME = "search_synonyms.tsv"
# How a code is written tells its system here: diagnoses carry their dot.
_WRITTEN = {
    CodeSystem.ICD10CM: re.compile(r"[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])(?:\.[0-9A-Z]{1,4})?"),
    CodeSystem.CPT: re.compile(r"[0-9]{4}[0-9FTUM]"),
    CodeSystem.HCPCS: re.compile(r"[A-V][0-9]{4}"),
}

Term = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a query in one way of understanding them; a `likelihood` of 1 is the most usual way."""

    words: Term
    likelihood: float = 1.0


@dataclass(frozen=True)
class Synonyms:
    """`codes`: the codes that a term names. `rewrites`: the words that it stands for, the most usual first."""

    codes: Mapping[Term, Sequence[Code]]
    rewrites: Mapping[Term, Sequence[Term]]

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError with the line number on a row that is not a term, a tab and a target."""
        codes: dict[Term, list[Code]] = {}
        rewrites: dict[Term, list[Term]] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if line and not line.startswith("#"):
                term, _, target = line.partition("\t")
                words = tuple(split_words(term))
                if not words or not target.strip():
                    raise ValueError(f"{FILE_NAME}, line {number}: expected a term, a tab, and codes or words")
                if found := _read_codes(target):
                    codes.setdefault(words, []).extend(found)
                else:
                    rewrites.setdefault(words, []).extend(tuple(split_words(part)) for part in target.split("|"))
        return cls(codes, rewrites)

    @cached_property
    def longest(self) -> int:
        return max(map(len, self.rewrites), default=0)

    def readings(self, words: Term) -> list[Reading]:
        """The words as they stand, then with terms replaced: all by their first meaning, then by the second."""
        found = [Reading(words)]
        for rank, likelihood in enumerate((1.0, 0.96, 0.93)):
            replaced = self._replace(words, rank)
            if replaced not in (reading.words for reading in found):
                found.append(Reading(replaced, likelihood))
        return found

    def _replace(self, words: Term, rank: int) -> Term:
        replaced: list[str] = []
        position = 0
        while position < len(words):
            length = self._match(words, position)
            meanings = self.rewrites.get(words[position : position + length], ())
            replaced += meanings[min(rank, len(meanings) - 1)] if meanings else words[position : position + 1]
            position += max(length, 1)
        return tuple(replaced)

    def _match(self, words: Term, position: int) -> int:
        for length in range(min(self.longest, len(words) - position), 0, -1):
            if words[position : position + length] in self.rewrites:
                return length
        return 0


def _read_codes(target: str) -> list[Code]:
    """The codes that a target lists; empty when it is words."""
    items = target.split()
    systems = [next((name for name, written in _WRITTEN.items() if written.fullmatch(item)), None) for item in items]
    return [parse_code(name, item) for name, item in zip(systems, items, strict=True) if name] if all(systems) else []


def synonyms_text() -> str:
    return (files("data.reference") / FILE_NAME).read_text("utf8")


def load_synonyms() -> Synonyms:
    return Synonyms.read(synonyms_text())
