"""A dated release of a code system. Lookups read dictionaries and arrays; nothing is parsed per call."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from data.code_notes import CodeNote, NoteKind
from data.codes import CodeSystem, Icd10Cm


class UnknownCodeError(LookupError):
    """The release does not hold the code."""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """A code of a release. `parent` is the next broader code, `block` and `chapter` the divisions above all codes.

    `valid_from` and `valid_to` are the code's own days, where the release gives them; None is no bound.
    """

    system: CodeSystem
    compact: str
    term: str
    is_billable: bool
    parent: str | None = None
    block: str | None = None
    chapter: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def dotted(self) -> str:
        return Icd10Cm(self.compact).dotted if self.system is CodeSystem.ICD10CM else self.compact


@dataclass(frozen=True, slots=True)
class Division:
    """A chapter ("4") or a block ("E08-E13") of a tabular list."""

    name: str
    term: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class RetiredCode:
    """A code that an earlier release held and this one does not; its last day, and what replaced it where known."""

    compact: str
    term: str
    valid_to: date | None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeRows:
    """What a code set is made of. Rows: divisions first, then codes in tabular order, parents before children.

    *Shapes:* names, terms (rows,); parents int32 (rows,), -1 at the top; is_billable bool (rows,);
    note_offsets int32 (rows + 1,) into the notes, which are read when first asked for.
    """

    names: Sequence[str]
    terms: Sequence[str]
    parents: NDArray[np.int32]
    is_billable: NDArray[np.bool_]
    note_offsets: NDArray[np.int32]
    read_notes: Callable[[], Sequence[CodeNote]]
    divisions: int
    periods: Mapping[str, tuple[date | None, date | None]]
    retired: Sequence[RetiredCode] = ()


class CodeSet:
    """One release. `codes`, `terms` and `billable` are parallel, in tabular order, without the divisions."""

    def __init__(
        self, system: CodeSystem, release: str, valid_from: date, valid_to: date | None, rows: CodeRows
    ) -> None:
        self.system = system
        self.release = release
        self.valid_from = valid_from
        self.valid_to = valid_to
        self._rows = rows
        self._row_of = dict(zip(rows.names, range(len(rows.names)), strict=True))
        self._retired = {code.compact: code for code in rows.retired}
        self._inherited = lru_cache(maxsize=8192)(self._collect_inherited)
        self._entry = lru_cache(maxsize=32768)(self._build_entry)

    def __repr__(self) -> str:
        return f"CodeSet({self.system.value}, {self.release}, {self.valid_from} to {self.valid_to}, {len(self)} codes)"

    def __len__(self) -> int:
        return len(self._rows.names) - self._rows.divisions

    def __contains__(self, compact: object) -> bool:
        return isinstance(compact, str) and self._code_row(compact) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    @cached_property
    def codes(self) -> Sequence[str]:
        return self._rows.names[self._rows.divisions :]

    @cached_property
    def terms(self) -> Sequence[str]:
        return self._rows.terms[self._rows.divisions :]

    @cached_property
    def billable(self) -> NDArray[np.bool_]:
        return self._rows.is_billable[self._rows.divisions :]

    @cached_property
    def divisions(self) -> Mapping[str, Division]:
        """Chapters and blocks by name."""
        rows = self._rows
        return {
            rows.names[row]: Division(rows.names[row], rows.terms[row], self._name_of(int(rows.parents[row])))
            for row in range(rows.divisions)
        }

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def find(self, compact: str) -> CodeEntry | None:
        row = self._code_row(compact)
        return None if row is None else self._entry(row)

    def get(self, compact: str) -> CodeEntry:
        """Raises UnknownCodeError, naming the successors of a retired code."""
        entry = self.find(compact)
        if entry is None:
            raise UnknownCodeError(self._explain(compact))
        return entry

    def find_retired(self, compact: str) -> RetiredCode | None:
        return self._retired.get(compact)

    @property
    def retired(self) -> Mapping[str, RetiredCode]:
        return self._retired

    def is_billable(self, compact: str) -> bool:
        """False for a header, and for a code that the release does not hold."""
        row = self._code_row(compact)
        return row is not None and bool(self._rows.is_billable[row])

    def is_billable_on(self, compact: str, day: date) -> bool:
        """Whether a claim of that day may carry the code, by the release's days and the code's own."""
        first, last = self.days_of(compact)
        is_within = (first is None or first <= day) and (last is None or day <= last)
        return is_within and self.is_valid_on(day) and self.is_billable(compact)

    def days_of(self, compact: str) -> tuple[date | None, date | None]:
        """The code's own first and last day, where the release gives them."""
        return self._rows.periods.get(compact, (None, None))

    def successors(self, compact: str) -> tuple[str, ...]:
        """What to use in place of a retired code, as the release says, or of a header: the billable codes under it."""
        retired = self._retired.get(compact)
        return retired.successors if retired else () if self.is_billable(compact) else self.billable_under(compact)

    def children(self, compact: str) -> tuple[str, ...]:
        """The next narrower codes; of a block or chapter as well."""
        row = self._row_of.get(compact)
        if row is None:
            return ()
        order, offsets = self._child_order
        return tuple(self._rows.names[child] for child in order[offsets[row] : offsets[row + 1]])

    def billable_under(self, compact: str) -> tuple[str, ...]:
        """The billable codes at or under a code, block or chapter, in tabular order."""
        own = (compact,) if self.is_billable(compact) else ()
        return own + tuple(code for child in self.children(compact) for code in self.billable_under(child))

    def ancestors(self, compact: str) -> tuple[str, ...]:
        """From the parent up: codes, then blocks, then the chapter."""
        return tuple(self._rows.names[row] for row in self._ancestor_rows(compact))

    def notes(self, compact: str, kind: NoteKind | str, *, inherited: bool = False) -> tuple[CodeNote, ...]:
        """The notes of one kind; with `inherited` those of all ancestors follow, nearest first."""
        if inherited:
            return self._inherited(compact, NoteKind(kind))
        row = self._row_of.get(compact)
        return () if row is None else tuple(note for note in self._notes_at(row) if note.kind == kind)

    def all_notes(self, compact: str) -> tuple[CodeNote, ...]:
        row = self._row_of.get(compact)
        return () if row is None else tuple(self._notes_at(row))

    def seventh_characters(self, compact: str) -> Mapping[str, str]:
        """The seventh characters in force for a code, from its nearest definition: {"A": "initial encounter", ...}."""
        notes = self.notes(compact, NoteKind.SEVENTH_CHARACTER, inherited=True)
        meanings: dict[str, str] = {}
        for note in notes:
            if note.owner == notes[0].owner:
                meanings.setdefault(note.text[0], note.text[2:])
        return meanings

    @cached_property
    def _notes(self) -> Sequence[CodeNote]:
        return self._rows.read_notes()

    @cached_property
    def _child_order(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        parents = self._rows.parents
        order = np.argsort(parents, kind="stable")
        return order, np.searchsorted(parents[order], np.arange(len(parents) + 1))

    def _code_row(self, compact: str) -> int | None:
        row = self._row_of.get(compact)
        return row if row is not None and row >= self._rows.divisions else None

    def _name_of(self, row: int) -> str | None:
        return None if row < 0 else self._rows.names[row]

    def _notes_at(self, row: int) -> Sequence[CodeNote]:
        offsets = self._rows.note_offsets
        return self._notes[offsets[row] : offsets[row + 1]]

    def _ancestor_rows(self, compact: str) -> Iterator[int]:
        row = self._row_of.get(compact, -1)
        while row >= 0:
            row = int(self._rows.parents[row])
            if row >= 0:
                yield row

    def _collect_inherited(self, compact: str, kind: NoteKind) -> tuple[CodeNote, ...]:
        above = (note for row in self._ancestor_rows(compact) for note in self._notes_at(row) if note.kind == kind)
        return (*self.notes(compact, kind), *above)

    def _build_entry(self, row: int) -> CodeEntry:
        rows = self._rows
        name, parent = rows.names[row], int(rows.parents[row])
        above = [other for other in self._ancestor_rows(name) if other < rows.divisions]
        return CodeEntry(
            self.system,
            name,
            rows.terms[row],
            bool(rows.is_billable[row]),
            self._name_of(parent) if parent >= rows.divisions else None,
            self._name_of(above[0]) if above else None,
            self._name_of(above[-1]) if above else None,
            *rows.periods.get(name, (None, None)),
        )

    def _explain(self, compact: str) -> str:
        retired = self._retired.get(compact)
        shown = compact if compact.isalnum() and len(compact) <= 7 else "the code given"
        if retired is None:
            return f"{shown} is not in {self.system.value} {self.release}"
        names = ", ".join(retired.successors) or "none that is known"
        return f"{shown} is no longer in {self.system.value} {self.release}; successors: {names}"
