"""Which codes the notes of a code name, indexed for many questions."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from data.code_notes import CodeNote, CodeRange, NoteKind
from data.codes import Icd10Cm
from data.codeset import CodeSet
from models.coding.guidelines.tables import Codes

_KETOACIDOSIS = r"E\d\d1\d*"


def names_code(code: Icd10Cm, kind: NoteKind, other: Icd10Cm, code_set: CodeSet) -> bool:
    """Whether a note of that kind, of `code` or of a heading above it, refers to `other`."""
    return other in _named(code.compact, kind, code_set)


@lru_cache(maxsize=16384)
def _named(compact: str, kind: NoteKind, code_set: CodeSet) -> Codes:
    notes = code_set.notes(compact, kind, inherited=True)
    return Codes.of(part for note in notes for part in _parts(note))


def _parts(note: CodeNote) -> Iterator[CodeRange]:
    """What a note names; of diabetes "with ketoacidosis" no other diabetes."""
    condition = _KETOACIDOSIS if "with ketoacidosis" in note.text else ""
    return (replace(part, condition=part.condition or condition) for part in note.references)
