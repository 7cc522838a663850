"""Inpatient acts and the words for the axes of ICD-10-PCS: the project's own tables, checked as they are read.

A cell of an act says what the note has to tell for one character of the code:
`J` that character, `8|9` right or left, `0|1|2` right, left or both, `*` whatever the release leaves no choice about,
`@group` what a word of the group says, `@group=Z` with a value for silence, `#group:0123` by how many things of the
group are named, `%group:4567` by how many were used, `~24:96:345` by hours (under 24, to 96, beyond).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from data.catalogue_rows import CatalogueError, Row, parse_list, read_rows

FOLDER = Path(__file__).parent / "reference" / "pcs"
AXES = ("part", "approach", "device", "qualifier")
_ACT_COLUMNS = ("act", "table", *AXES, "when", "phrases")
_VALUE_COLUMNS = ("group", "value", "phrases")
_OPERATION_COLUMNS = ("operations", "name", "meaning", "guideline")
_TABLE = re.compile(r"[0-9A-HJ-NP-Z][0-9A-HJ-NP-Z@][0-9A-HJ-NP-Z]")
_CELL = re.compile(r"(?P<kind>[@#%~]?)(?P<name>[a-z_0-9:]*?)(?:(?P<mark>[=:])(?P<values>[0-9A-HJ-NP-Z]+))?")
_LITERAL = re.compile(r"[0-9A-HJ-NP-Z](?:\|[0-9A-HJ-NP-Z]){0,2}")


class CellKind(StrEnum):
    LITERAL = ""
    ANY = "*"
    WORDS = "@"
    NAMED = "#"
    USED = "%"
    HOURS = "~"


@dataclass(frozen=True, slots=True)
class Cell:
    """`values` are a literal's characters by side, the value for silence of words, or the characters by number."""

    kind: CellKind
    group: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """What is done to a patient. `table` is the code's first three characters; `@` where the part names the system.

    `wants` and `bars` are groups of which a word must, or must not, stand in the note of the act.
    """

    name: str
    table: str
    cells: Mapping[str, Cell]
    wants: tuple[str, ...]
    bars: tuple[str, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AxisWord:
    """Phrases of a group that say one value. A value has a character, or one a side: right, left, both."""

    group: str
    system: str
    values: tuple[str, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """A root operation in the project's own words, with the section of the ICD-10-PCS guidelines that tells of it."""

    name: str
    meaning: str
    guideline: str


@dataclass(frozen=True)
class PcsReference:
    acts: tuple[Act, ...]
    words: tuple[AxisWord, ...]
    operations: Mapping[str, Operation]


@cache
def load_pcs_reference(folder: Path = FOLDER) -> PcsReference:
    """Raises CatalogueError with the file and line of the first broken row."""
    words = tuple(_read_word(row) for row in read_rows(folder / "values.tsv", _VALUE_COLUMNS))
    groups = frozenset(word.group for word in words)
    acts = tuple(_read_act(row, groups) for row in read_rows(folder / "acts.tsv", _ACT_COLUMNS))
    names = [act.name for act in acts]
    if len(set(names)) < len(names):
        raise CatalogueError("acts.tsv: an act is listed twice")
    operations = dict(
        pair for row in read_rows(folder / "operations.tsv", _OPERATION_COLUMNS) for pair in _read_operation(row)
    )
    return PcsReference(acts, words, operations)


def _read_act(row: Row, groups: frozenset[str]) -> Act:
    if not _TABLE.fullmatch(row["table"]):
        raise row.error("table: expected three characters of a code, the second may be @")
    when = row["when"].split()
    act = Act(
        name=row["act"],
        table=row["table"],
        cells={axis: row.parse(axis, _parse_cell) for axis in AXES},
        wants=tuple(item[1:] for item in when if item[0] == "+"),
        bars=tuple(item[1:] for item in when if item[0] == "-"),
        phrases=row.parse("phrases", parse_list),
    )
    named = {cell.group for cell in act.cells.values() if cell.group} | {item[1:] for item in when}
    if not named <= groups or not act.phrases or any(item[0] not in "+-" for item in when):
        raise row.error(f"unknown groups {sorted(named - groups)}, or a condition without + or -, or no phrase")
    return act


def _parse_cell(text: str) -> Cell:
    if text == "*":
        return Cell(CellKind.ANY)
    if _LITERAL.fullmatch(text):
        return Cell(CellKind.LITERAL, values=tuple(text.split("|")))
    match = _CELL.fullmatch(text)
    if match is None or not match["kind"]:
        raise ValueError("expected a character, sides, *, or @, #, % or ~ with a group or hours")
    return Cell(CellKind(match["kind"]), "" if match["kind"] == "~" else match["name"], tuple(match["values"] or ""))


def _read_word(row: Row) -> AxisWord:
    """`8|9` has sides; `Q8|9` names the body system first, which a group does for all of its values or for none."""
    system, values = row["value"][:-1], row["value"][-1:]
    if "|" in row["value"]:
        first, *others = row["value"].split("|")
        system, values = first[:-1], "".join([first[-1], *others])
    if len(system) > 1 or not values:
        raise row.error("value: expected a character, or one a side, after at most one for the body system")
    return AxisWord(row["group"], system, tuple(values), row.parse("phrases", parse_list))


def _read_operation(row: Row) -> Iterator[tuple[str, Operation]]:
    """`operations` are the first and third characters of codes: `0T`."""
    for key in row["operations"].split():
        if len(key) != 2:
            raise CatalogueError(f"{row.path.name}, line {row.number}: expected a section and a root operation")
        yield key, Operation(row["name"], row["meaning"], row["guideline"])
