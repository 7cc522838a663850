"""The questions that an encoder is measured by: terms that were held out, and sentences of held-out case reports."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz

from data.codeset import CodeSet
from models.coding.words import read_words
from training.coding_sources import ENCOUNTER_LENGTH, CodedNote
from training.encoder_evidence import split_chunks
from training.encoder_terms import EncoderTerms, HeldTerm

_NEAR_DUPLICATE = 85.0
SENTENCES = "dev sentences"
UNSEEN = "dev sentences, unseen codes"


class Query(NamedTuple):
    """Texts that are searched apart; any of `codes` is right. `among` holds the codes that may be answered."""

    texts: tuple[str, ...]
    codes: Set[str]
    among: Set[str] | None


@dataclass(frozen=True)
class Queries:
    """By the name of the group."""

    groups: Mapping[str, Sequence[Query]]

    def texts(self) -> list[str]:
        """The distinct texts of all."""
        return list(dict.fromkeys(text for group in self.groups.values() for query in group for text in query.texts))


def ask_held_terms(terms: EncoderTerms, code_set: CodeSet) -> Queries:
    """Held-out terms of billable codes, answered among all billable codes; those without a near-duplicate also apart.

    An injury's three encounters are one code here, as in the index.
    """
    among = frozenset(_shorten(code for code in code_set.codes if code_set.is_billable(code)))
    groups: dict[str, list[Query]] = {}
    for held in terms.held:
        if codes := _shorten(held.codes) & among:
            query = Query((held.text,), codes, among)
            groups.setdefault(held.kind.value, []).append(query)
            if not _has_near_duplicate(held, codes, terms):
                groups.setdefault(f"{held.kind.value}, no near-duplicate", []).append(query)
    return Queries(groups)


def ask_sentences(notes: Iterable[CodedNote], terms: EncoderTerms, seen: Set[str]) -> Queries:
    """Evidence sentences, chunk by chunk as serving reads them, answered among all codes with a term."""
    groups: dict[str, list[Query]] = {SENTENCES: [], UNSEEN: []}
    for note in notes:
        for code, sentence in note.evidence:
            if code in terms.indexed and (chunks := tuple(split_chunks(sentence))):
                query = Query(chunks, {code}, None)
                groups[SENTENCES].append(query)
                if code not in seen:
                    groups[UNSEEN].append(query)
    return Queries(groups)


def _shorten(codes: Iterable[str]) -> set[str]:
    return {code[: ENCOUNTER_LENGTH - 1] if len(code) == ENCOUNTER_LENGTH else code for code in codes}


def _has_near_duplicate(held: HeldTerm, codes: Set[str], terms: EncoderTerms) -> bool:
    """Whether a term of the index says nearly the same in any order and inflection, for a right code."""
    words = _canonical(held.text)
    return any(
        fuzz.ratio(words, _canonical(text)) >= _NEAR_DUPLICATE for code in codes for text in terms.indexed.get(code, ())
    )


def _canonical(text: str) -> str:
    return " ".join(sorted(set(read_words(text).stems)))
