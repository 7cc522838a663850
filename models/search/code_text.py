"""A code as text for people: its place, its notes and those it inherits."""

from collections.abc import Iterator
from datetime import date

from data.code_library import CodeLibrary
from data.code_notes import CodeNote, NoteKind
from data.codes import CodeSystem, Icd10Cm, parse_code
from data.codeset import CodeEntry, CodeSet, UnknownCodeError

_HEADINGS = {
    NoteKind.INCLUSION: "Inclusion terms",
    NoteKind.INCLUDES: "Includes",
    NoteKind.EXCLUDES1: "Excludes1 (not coded here)",
    NoteKind.EXCLUDES2: "Excludes2 (not included here)",
    NoteKind.CODE_FIRST: "Code first",
    NoteKind.USE_ADDITIONAL: "Use additional",
    NoteKind.CODE_ALSO: "Code also",
    NoteKind.NOTE: "Notes",
}


def describe_code(library: CodeLibrary, system: CodeSystem, code: str, on: date | None = None) -> str:
    """Raises InvalidCodeError on a malformed code, UnknownCodeError on one that no release at hand holds."""
    code_set = library.latest(system) if on is None else library.release_on(system, on)
    compact = parse_code(system, code).compact
    if code_set is None:
        day = "" if on is None else f" in force on {on}"
        raise UnknownCodeError(f"there is no release of {system.value}{day}; import one")
    return "\n".join(_lines(code_set, code_set.get(compact)))


def _lines(code_set: CodeSet, entry: CodeEntry) -> Iterator[str]:
    status = "billable" if entry.is_billable else "header, not billable"
    yield f"{entry.dotted}  {entry.term}"
    yield f"{code_set.system.value} {code_set.release}, from {code_set.valid_from}{_until(code_set.valid_to)}; {status}"
    for name in reversed(code_set.ancestors(entry.compact)):
        yield f"  {_place(code_set, name)}"
    for kind, heading in _HEADINGS.items():
        is_inherited = kind is not NoteKind.INCLUSION
        yield from _section(heading, entry, code_set.notes(entry.compact, kind, inherited=is_inherited))
    seventh = code_set.seventh_characters(entry.compact)
    yield from ["Seventh characters"][: len(seventh)]
    yield from (f"  {character}  {meaning}" for character, meaning in seventh.items())
    if not entry.is_billable:
        yield "Codes under it"
        yield from (f"  {_place(code_set, child)}" for child in code_set.children(entry.compact))


def _until(day: date | None) -> str:
    return f" to {day}" if day else ""


def _place(code_set: CodeSet, name: str) -> str:
    division = code_set.divisions.get(name)
    if division is None:
        entry = code_set.get(name)
        return f"{entry.dotted}  {entry.term}"
    label = f"Chapter {name}" if division.parent is None else name
    return f"{label}  {division.term}"


def _section(heading: str, entry: CodeEntry, notes: tuple[CodeNote, ...]) -> Iterator[str]:
    if notes:
        yield heading
    for note in notes:
        yield f"  {note.text}" + ("" if note.owner == entry.compact else f"  [{_owner(note.owner)}]")


def _owner(name: str) -> str:
    if name.isdigit():
        return f"chapter {name}"
    return name if "-" in name else Icd10Cm(name).dotted
