"""What is shown of a code."""

from datetime import date
from typing import Self

from pydantic import Field

from api.services import SearchHit
from data.code_notes import CodeNote, NoteKind
from data.codes import CODE_TYPES, CodeSystem
from data.codeset import CodeEntry, CodeSet, RetiredCode
from data.noun import Flag, Noun
from data.services import Service


class CodeHit(Noun):
    system: CodeSystem
    code: str
    term: str
    is_billable: Flag
    score: float

    @classmethod
    def of(cls, hit: SearchHit) -> Self:
        return cls(system=hit.system, code=hit.code, term=hit.term, is_billable=hit.is_billable, score=hit.score)


class CodePage(Noun):
    """Best first."""

    codes: tuple[CodeHit, ...]


class CodeNoteRecord(Noun):
    """An instructional note; `owner` is the entry that it stands at, which may be above the code."""

    kind: NoteKind
    owner: str
    text: str

    @classmethod
    def of(cls, note: CodeNote) -> Self:
        return cls(kind=note.kind, owner=note.owner, text=note.text)


class CodeRecord(Noun):
    """A code in a release. A retired one has a last day and its successors, and no place in the hierarchy.

    `release` is `catalogue` for a service that the project knows in its own words, without a release of its system.
    """

    system: CodeSystem
    code: str
    term: str
    is_billable: Flag
    release: str
    valid_from: date | None = None
    valid_to: date | None = None
    parent: str | None = None
    children: tuple[str, ...] = ()
    block: str | None = None
    chapter: str | None = None
    notes: tuple[CodeNoteRecord, ...] = ()
    seventh_characters: dict[str, str] = Field(default_factory=dict)
    retired_on: date | None = None
    successors: tuple[str, ...] = ()

    @classmethod
    def of(cls, release: CodeSet, entry: CodeEntry) -> Self:
        above = (note for kind in _INHERITED for note in release.notes(entry.compact, kind, inherited=True))
        notes = dict.fromkeys((*release.all_notes(entry.compact), *above))
        return cls(
            system=entry.system,
            code=entry.dotted,
            term=entry.term,
            is_billable=entry.is_billable,
            release=release.release,
            valid_from=release.valid_from,
            valid_to=release.valid_to,
            parent=_dotted(entry.system, entry.parent),
            children=tuple(CODE_TYPES[entry.system](child).dotted for child in release.children(entry.compact)),
            block=entry.block,
            chapter=entry.chapter,
            notes=tuple(CodeNoteRecord.of(note) for note in notes if note.kind is not NoteKind.SEVENTH_CHARACTER),
            seventh_characters=dict(release.seventh_characters(entry.compact)),
        )

    @classmethod
    def of_retired(cls, release: CodeSet, code: RetiredCode) -> Self:
        return cls(
            system=release.system,
            code=CODE_TYPES[release.system](code.compact).dotted,
            term=code.term,
            is_billable=False,
            release=release.release,
            valid_from=release.valid_from,
            valid_to=release.valid_to,
            retired_on=code.valid_to,
            successors=tuple(CODE_TYPES[release.system](successor).dotted for successor in code.successors),
        )

    @classmethod
    def of_service(cls, service: Service) -> Self:
        return cls(
            system=service.code.system,
            code=service.code.dotted,
            term=service.name,
            is_billable=True,
            release="catalogue",
            valid_from=service.valid_from,
            valid_to=service.valid_to,
        )


# Notes of a category or block that hold for every code under it.
_INHERITED = (
    NoteKind.EXCLUDES1,
    NoteKind.EXCLUDES2,
    NoteKind.CODE_FIRST,
    NoteKind.USE_ADDITIONAL,
    NoteKind.CODE_ALSO,
)


def _dotted(system: CodeSystem, compact: str | None) -> str | None:
    return None if compact is None else CODE_TYPES[system](compact).dotted
