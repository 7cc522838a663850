"""What the recogniser reads: a note cut into sentences that know the kind of their section."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from data.notes import Note
from data.suggestions import Evidence
from models.coding.document import read_note


@dataclass(frozen=True, slots=True)
class Sentence:
    """text[start:end] of the note. `section_kind` is a value of models.coding.headers.SectionKind."""

    start: int
    end: int
    section_kind: str


@dataclass(frozen=True, slots=True)
class ProcedureText:
    """A note as the recogniser reads it. `kind` is the kind of note ("progress_note", "procedure_note", ...)."""

    document_id: str
    kind: str
    text: str = field(repr=False)
    sentences: Sequence[Sentence]

    def evidence(self, start: int, end: int) -> Evidence:
        return Evidence(document_id=self.document_id, start=start, end=end, quote=self.text[start:end])


def read_procedure_text(note: Note, doc: Any | None = None) -> ProcedureText:
    """The note with its sentences; `doc` is what models.coding.document.read_note made of it, read now when None.

    Headers are sentences here: "Left knee injection:" names the service as well as any other words.
    """
    doc = read_note(note) if doc is None else doc
    found = [Sentence(s.span.start, s.span.end, str(s.section.kind)) for s in doc._.sentences]
    found += [Sentence(s.header.start, s.header.end, str(s.kind)) for s in doc._.sections if s.header]
    return ProcedureText(note.document_id, note.kind, note.text, sorted(found, key=lambda sentence: sentence.start))
