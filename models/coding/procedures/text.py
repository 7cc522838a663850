"""What the recogniser reads: a note cut into sentences that know the kind of their section."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from data.notes import Note
from data.suggestions import Evidence
from models.coding.document import read_note
from models.coding.headers import SectionKind, find_kind
from models.coding.procedures.paragraphs import relabel
from models.coding.sections import Section


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


_REPORT_TITLE = re.compile(r"\A\s*[^\n]{0,100}\b(?:report|interpretation|electrodiagnostic)\b", re.IGNORECASE)
_VISIT_TITLE = re.compile(r"\A\s*[^\n]*\b(?:visit|consult\w*|progress|follow[- ]up)\b", re.IGNORECASE)


_DELIVERY_TITLE = re.compile(r"\A\s*[^\n]{0,100}\b(?:delivery|dispensing|set[- ]?up|fitting)\b", re.IGNORECASE)


def is_delivery(text: str) -> bool:
    """Whether the first line of a note calls it the record of a delivery of equipment."""
    return _DELIVERY_TITLE.match(text) is not None


def is_report(text: str) -> bool:
    """Whether the first line of a note calls it the report of a test, and no visit."""
    return _REPORT_TITLE.match(text) is not None and _VISIT_TITLE.match(text) is None


# Labels inside a procedure note; labels that no list of headers knows ("Length:") are inside it too.
_INSIDE = frozenset(
    {
        "anesthesia",
        "anesthesia type",
        "complications",
        "consent",
        "contrast",
        "device",
        "drains",
        "ebl",
        "equipment",
        "estimated blood loss",
        "implants",
        "informed consent",
        "location",
        "medications used",
        "positioning",
        "prep",
        "preparation",
        "sedation",
        "specimen",
        "specimens",
        "tourniquet time",
        "type of anesthesia",
    }
)


def read_procedure_text(note: Note, doc: Any | None = None) -> ProcedureText:
    """The note with its sentences; `doc` is what models.coding.document.read_note made of it, read now when None.

    Headers are sentences here: "Left knee injection:" names the service as well as any other words.
    """
    doc = read_note(note) if doc is None else doc
    kinds = _section_kinds(note.text, doc._.sections)
    found = [Sentence(s.span.start, s.span.end, kinds[s.section.span.start]) for s in doc._.sentences]
    found += [Sentence(s.header.start, s.header.end, kinds[s.span.start]) for s in doc._.sections if s.header]
    found.sort(key=lambda sentence: sentence.start)
    labels = relabel(note.text, [(s.start, s.end) for s in found], [s.section_kind for s in found])
    relabelled = [replace(sentence, section_kind=label) for sentence, label in zip(found, labels, strict=True)]
    return ProcedureText(note.document_id, note.kind, note.text, relabelled)


def _section_kinds(text: str, sections: Sequence[Section]) -> dict[int, str]:
    """Per start of a section its kind; labelled lines of a procedure note stay part of it."""
    kinds: dict[int, str] = {}
    current = SectionKind.OTHER
    for section in sections:
        stays = current is SectionKind.PROCEDURE and section.kind is SectionKind.OTHER and _is_inside(text, section)
        current = SectionKind.PROCEDURE if stays else section.kind
        kinds[section.span.start] = str(current)
    return kinds


def _is_inside(text: str, section: Section) -> bool:
    name = section.header.slice(text).strip().rstrip(":").lower() if section.header else ""
    return name in _INSIDE or (bool(name) and find_kind(name) is None)
