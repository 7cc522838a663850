"""Medically unlikely edits (MUE): how many units of a code one patient has on one day, at most."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import pyarrow as pa

COLUMNS = pa.schema([("code", pa.string()), ("units", pa.int32()), ("adjudication", pa.uint8())])


class Adjudication(IntEnum):
    """MAI: 1 counts each line alone; 2 is an absolute limit a day; 3 a limit a day that documentation can lift."""

    LINE = 1
    DAY_ABSOLUTE = 2
    DAY = 3


@dataclass(frozen=True, slots=True)
class UnitLimit:
    units: int
    adjudication: Adjudication


class UnitLimits:
    """The limits of one release and setting."""

    def __init__(self, release: str, table: pa.Table) -> None:
        self.release = release
        rows = zip(*(table[name].to_pylist() for name in COLUMNS.names), strict=True)
        self._limits: Mapping[str, UnitLimit] = {code: UnitLimit(units, Adjudication(mai)) for code, units, mai in rows}

    def __len__(self) -> int:
        return len(self._limits)

    def find(self, code: str) -> UnitLimit | None:
        return self._limits.get(code)
