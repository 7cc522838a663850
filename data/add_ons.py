"""Add-on codes and the primary procedures that they need on the same day."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import pyarrow as pa

from data.days import day_number

COLUMNS = pa.schema(
    [
        ("add_on", pa.string()),
        ("primary", pa.string()),
        ("kind", pa.uint8()),
        ("first_day", pa.int32()),
        ("last_day", pa.int32()),
    ]
)
ANY_PRIMARY = ""


class AddOnKind(IntEnum):
    """Who names the primaries: 1 the table alone; 2 each contractor; 3 the table, and contractors may add."""

    LISTED = 1
    CONTRACTOR = 2
    MIXED = 3


@dataclass(frozen=True, slots=True)
class AddOn:
    code: str
    kind: AddOnKind
    primaries: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Row:
    primary: str
    kind: AddOnKind
    first_day: int
    last_day: int


class AddOns:
    """The add-on codes of one release; `primary` is empty in the rows that leave it to the contractor."""

    def __init__(self, release: str, table: pa.Table) -> None:
        self.release = release
        rows: dict[str, list[_Row]] = defaultdict(list)
        for add_on, primary, kind, first, last in zip(*(table[n].to_pylist() for n in COLUMNS.names), strict=True):
            rows[add_on].append(_Row(primary, AddOnKind(kind), first, last))
        self._rows: Mapping[str, list[_Row]] = dict(rows)

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, code: str, day: date) -> AddOn | None:
        """The add-on as it stands on a day; None when the code is no add-on then."""
        number = day_number(day)
        rows = [row for row in self._rows.get(code, ()) if row.first_day <= number <= row.last_day]
        if not rows:
            return None
        return AddOn(code, rows[0].kind, frozenset(row.primary for row in rows if row.primary != ANY_PRIMARY))
