"""What a decided encounter teaches the coding model: which diagnoses were kept, which refused, and on which words."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.codes import CodeSystem
from data.decisions import Reason
from data.notes import Note, Profile
from data.store.session import Store
from training.coding_sources import CodedNote
from training.datasets import CodingExample, LabelledEncounter, iter_coding_examples
from training.holdout import is_held_out
from training.label_quality import find_suspects

# The words were right and the code was not; refused for another reason, the words still mean the code.
_WRONG_WORDS = frozenset({None, Reason.WRONG_CODE, Reason.WRONG_SPECIFICITY, Reason.NOT_DOCUMENTED, Reason.OTHER})
_FOLDS = 2


@dataclass(frozen=True, slots=True)
class DecidedCode:
    """A compact diagnosis. `was_suggested` is False for one that the model had missed; `quotes` by document_id."""

    code: str
    is_kept: bool
    weight: float
    was_suggested: bool
    is_about_words: bool
    quotes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DecidedNotes:
    """The documents of one encounter, with the decisions on them."""

    encounter_id: str
    profile: Profile
    documents: tuple[Note, ...]
    codes: tuple[DecidedCode, ...]

    @property
    def fold(self) -> int:
        return zlib.crc32(self.encounter_id.encode()) % _FOLDS

    def as_coded(self) -> Iterator[CodedNote]:
        """As the phrases see it: each document with the kept codes that it supports."""
        for note in self.documents:
            evidence = [
                (one.code, quote)
                for one in self.codes
                if one.is_kept
                for document_id, quote in one.quotes
                if document_id == note.document_id
            ]
            yield CodedNote(note, frozenset(code for code, _ in evidence), tuple(dict.fromkeys(evidence)))

    def withdrawn(self) -> Iterator[tuple[str, str]]:
        """Refused codes with the words that were taken for them."""
        for one in self.codes:
            if not one.is_kept and one.is_about_words:
                yield from ((one.code, quote) for _, quote in one.quotes)


def read_decided(store: Store, as_of: datetime) -> list[DecidedNotes]:
    """Encounters that may be learned from, without what nobody looked at and without suspect decisions."""
    with store.reading() as session:
        labelled = [one for one in iter_coding_examples(session, as_of) if not _is_held_out(one)]
    suspects = {
        (one.encounter_id, one.system, one.code)
        for one in find_suspects(example for one in labelled for example in one.examples).suspects
    }
    decided = [_to_decided(one, suspects) for one in labelled]
    return [one for one in decided if one.codes]


def _is_held_out(labelled: LabelledEncounter) -> bool:
    return is_held_out(labelled.stored.encounter.encounter_id)


def _to_decided(labelled: LabelledEncounter, suspects: set[tuple[str, str, str]]) -> DecidedNotes:
    stored = labelled.stored
    trusted = [one for one in labelled.examples if (one.encounter_id, one.system.value, one.code) not in suspects]
    return DecidedNotes(
        encounter_id=stored.encounter.encounter_id,
        profile=stored.profile,
        documents=stored.encounter.documents,
        codes=tuple(_to_code(one) for one in trusted if one.system is CodeSystem.ICD10CM and one.weight > 0),
    )


def _to_code(example: CodingExample) -> DecidedCode:
    return DecidedCode(
        code=example.code.replace(".", ""),
        is_kept=example.is_positive,
        weight=example.weight,
        was_suggested=example.suggestion_id is not None,
        is_about_words=example.reason in _WRONG_WORDS,
        quotes=tuple((piece.document_id, piece.quote) for piece in example.evidence),
    )


def all_coded(decided: Sequence[DecidedNotes]) -> list[CodedNote]:
    return [coded for one in decided for coded in one.as_coded()]
