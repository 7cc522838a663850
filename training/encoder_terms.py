"""The terms that the encoder learns from, and those that are held out to measure it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

from data.codes import CodeSystem
from models.coding.lexicon import TermSource
from models.search.synonyms import FILE_NAME, Synonyms
from training.coding_sources import Term, read_reversed_terms, read_terms, without_encounter
from training.encoder_config import EncoderConfig
from training.term_tables import is_encoded, synonym_terms

_SPELLED_OUT = 5


class HeldKind(StrEnum):
    """Where a held-out term comes from."""

    LAY = "lay words"
    INCLUSION = "inclusion terms"


@dataclass(frozen=True, slots=True)
class HeldTerm:
    """A term that is not learned; any of `codes` is a right answer to it."""

    text: str
    codes: frozenset[str]
    kind: HeldKind


@dataclass(frozen=True)
class EncoderTerms:
    """`learned`: for each code the terms that may be learned, titles first. `indexed`: those that serving searches."""

    learned: Mapping[str, Sequence[str]]
    indexed: Mapping[str, Sequence[str]]
    held: Sequence[HeldTerm]

    @cached_property
    def codes_of(self) -> Mapping[str, frozenset[str]]:
        """The codes of each learned term."""
        found: dict[str, set[str]] = {}
        for code, texts in self.learned.items():
            for text in texts:
                found.setdefault(text, set()).add(code)
        return {text: frozenset(codes) for text, codes in found.items()}

    @classmethod
    def read(cls, path: Path, config: EncoderConfig, *, with_own_words: bool = True) -> "EncoderTerms":
        """Reads the table of coded terms at `path` and the project's own words."""
        synonyms, words = (synonym_terms(), _searched_words()) if with_own_words else ([], [])
        indexed = [term for term in (*read_terms(path), *synonyms) if is_encoded(term)]
        held = [*_hold_words(words, config.held_words), *_hold_inclusions(indexed, config.held_inclusions)]
        texts = {term.text for term in held}
        learned = [*indexed, *words, *read_reversed_terms(path)]
        return cls(_group(learned, texts), _group(indexed, texts), held)


def _searched_words() -> list[Term]:
    """What people type for a diagnosis."""
    synonyms = Synonyms.read((files("data.reference") / FILE_NAME).read_text("utf8"))
    return [
        Term(" ".join(words), code.compact, TermSource.SYNONYM)
        for words, codes in synonyms.codes.items()
        for code in codes
        if code.system is CodeSystem.ICD10CM
    ]


def _hold_words(words: Iterable[Term], share: float) -> list[HeldTerm]:
    """Abbreviations are left to dictionaries: no encoder can know one that it never read."""
    codes: dict[str, set[str]] = {}
    for term in words:
        if max(map(len, term.text.split())) >= _SPELLED_OUT and draw(term.text) < share:
            codes.setdefault(term.text, set()).add(term.code)
    return [HeldTerm(text, frozenset(found), HeldKind.LAY) for text, found in codes.items()]


def _hold_inclusions(terms: Iterable[Term], share: float) -> list[HeldTerm]:
    codes: dict[str, set[str]] = {}
    for term in terms:
        if term.source is TermSource.INCLUSION and draw(term.text) < share:
            codes.setdefault(term.text.lower(), set()).add(term.code)
    return [HeldTerm(text, frozenset(found), HeldKind.INCLUSION) for text, found in codes.items()]


def draw(text: str) -> float:
    """A number in [0, 1) that depends on the text alone."""
    return int.from_bytes(blake2b(text.lower().encode(), digest_size=6).digest(), "big") / 2**48


def _group(terms: Iterable[Term], held: set[str]) -> dict[str, tuple[str, ...]]:
    """By code in order; an injury's encounters are one code of six characters, as nobody writes them."""
    groups: dict[str, dict[str, None]] = {}
    for term in sorted(map(without_encounter, terms), key=lambda term: term.source):
        text = term.text.lower()
        if text not in held:
            groups.setdefault(term.code, {})[text] = None
    return {code: tuple(groups[code]) for code in sorted(groups)}
