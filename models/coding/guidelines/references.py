"""Which codes the notes of a code name, indexed for many questions."""

from collections.abc import Mapping
from functools import lru_cache
from string import ascii_uppercase

from data.code_notes import CodeRange, NoteKind
from data.codes import Icd10Cm
from data.codeset import CodeSet


def names_code(code: Icd10Cm, kind: NoteKind, other: Icd10Cm, code_set: CodeSet) -> bool:
    """Whether a note of that kind, of `code` or of a heading above it, refers to `other`."""
    ranges = _ranges(code.compact, kind, code_set).get(other.compact[0], ())
    return any(part.contains(other.compact) for part in ranges)


@lru_cache(maxsize=16384)
def _ranges(compact: str, kind: NoteKind, code_set: CodeSet) -> Mapping[str, tuple[CodeRange, ...]]:
    """The referred ranges by the first letter of what they hold."""
    notes = code_set.notes(compact, kind, inherited=True)
    found = dict.fromkeys(part for note in notes for part in note.references)
    letters = (letter for letter in ascii_uppercase if any(part.first[0] <= letter <= part.last[0] for part in found))
    return {letter: tuple(p for p in found if p.first[0] <= letter <= p.last[0]) for letter in letters}
