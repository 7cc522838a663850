"""Code sets as Arrow tables: one row an entry, its notes and their references nested."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.arrow_columns import flags, numbers, only_chunk, strings
from data.code_notes import CodeNote, CodeRange, NoteKind
from data.codes import CodeSystem
from data.codeset import CodeRows, CodeSet, RetiredCode


class Level(IntEnum):
    CHAPTER = 0
    BLOCK = 1
    CODE = 2
    RETIRED = 3


@dataclass(slots=True)
class CodeRow:
    """An entry on its way into a table. `parent` is the position of its parent among the rows, -1 at the top."""

    level: Level
    name: str
    term: str
    parent: int = -1
    is_billable: bool = False
    notes: list[CodeNote] = field(default_factory=list)
    successors: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


_REFERENCE = pa.struct([("first", pa.string()), ("last", pa.string()), ("condition", pa.string())])
_NOTE = pa.struct([("kind", pa.string()), ("text", pa.string()), ("references", pa.list_(_REFERENCE))])
CODE_SCHEMA = pa.schema(
    [
        ("level", pa.int8()),
        ("name", pa.string()),
        ("term", pa.string()),
        ("parent", pa.int32()),
        ("is_billable", pa.bool_()),
        ("notes", pa.list_(_NOTE)),
        ("successors", pa.list_(pa.string())),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
    ]
)


def to_table(rows: Sequence[CodeRow]) -> pa.Table:
    """Rows sorted by level, so that divisions, codes and retired codes each lie together."""
    order = sorted(range(len(rows)), key=lambda row: rows[row].level)
    place = {row: index for index, row in enumerate(order)}
    ordered = [rows[row] for row in order]
    columns: dict[str, list[Any]] = {
        "level": [int(row.level) for row in ordered],
        "name": [row.name for row in ordered],
        "term": [row.term for row in ordered],
        "parent": [place.get(row.parent, -1) for row in ordered],
        "is_billable": [row.is_billable for row in ordered],
        "notes": [[_note_record(note) for note in row.notes] for row in ordered],
        "successors": [list(row.successors) for row in ordered],
        "valid_from": [row.valid_from for row in ordered],
        "valid_to": [row.valid_to for row in ordered],
    }
    return pa.table([pa.array(columns[field.name], field.type) for field in CODE_SCHEMA], schema=CODE_SCHEMA)


def _note_record(note: CodeNote) -> dict[str, Any]:
    references = [{"first": ref.first, "last": ref.last, "condition": ref.condition} for ref in note.references]
    return {"kind": note.kind.value, "text": note.text, "references": references}


def from_table(system: CodeSystem, release: str, valid_from: date, valid_to: date | None, table: pa.Table) -> CodeSet:
    if table.schema != CODE_SCHEMA:
        raise ValueError(f"the table of {system.value} {release} has another layout than this version reads")
    batch = table.combine_chunks()
    levels = numbers(batch["level"], np.int8)
    divisions, end = (int(np.searchsorted(levels, level)) for level in (Level.CODE, Level.RETIRED))
    names = strings(batch["name"])
    notes = only_chunk(batch["notes"])
    rows = CodeRows(
        names=names[:end],
        terms=strings(batch["term"].slice(0, end)),
        parents=numbers(batch["parent"], np.int32)[:end],
        is_billable=flags(batch["is_billable"])[:end],
        note_offsets=numbers(notes.offsets, np.int32),
        read_notes=partial(_read_notes, notes, names),
        divisions=divisions,
        periods=_read_periods(batch.slice(divisions, end - divisions)),
        retired=_read_retired(batch.slice(end)),
    )
    return CodeSet(system, release, valid_from, valid_to, rows)


def _read_notes(column: pa.Array, names: list[str]) -> list[CodeNote]:
    owners = np.repeat(np.arange(len(names)), np.diff(numbers(column.offsets, np.int32)))
    values = column.values
    references = values.field("references")
    starts, ranges = numbers(references.offsets, np.int32), _read_ranges(references.values)
    kinds = [NoteKind(kind) for kind in strings(values.field("kind"))]
    texts = strings(values.field("text"))
    return [
        CodeNote(names[owner], kind, text, ranges[starts[index] : starts[index + 1]])
        for index, (owner, kind, text) in enumerate(zip(owners, kinds, texts, strict=True))
    ]


def _read_ranges(values: pa.Array) -> tuple[CodeRange, ...]:
    columns = (strings(values.field(name)) for name in ("first", "last", "condition"))
    return tuple(CodeRange(*fields) for fields in zip(*columns, strict=True))


def _read_periods(codes: pa.Table) -> dict[str, tuple[date | None, date | None]]:
    columns = codes.select(["name", "valid_from", "valid_to"])
    dated = columns.filter(pc.or_(pc.is_valid(columns["valid_from"]), pc.is_valid(columns["valid_to"])))
    return {row["name"]: (row["valid_from"], row["valid_to"]) for row in dated.to_pylist()}


def _read_retired(table: pa.Table) -> list[RetiredCode]:
    return [
        RetiredCode(row["name"], row["term"], row["valid_to"], tuple(row["successors"])) for row in table.to_pylist()
    ]
