"""Physician fee schedule: relative values and the payment policy indicators of each service."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

_INDICATORS = ("status", "component", "global_period", "multiple", "bilateral", "assistant", "co_surgeon", "team")
COLUMNS = pa.schema(
    [("code", pa.string()), ("modifier", pa.string())]
    + [(name, pa.string()) for name in _INDICATORS]
    + [("office_units", pa.float64()), ("facility_units", pa.float64()), ("conversion_factor", pa.float64())]
)


@dataclass(frozen=True, slots=True)
class FeeScheduleEntry:
    """Indicators as CMS writes them; `*_units` are total relative values, `conversion_factor` dollars for one."""

    status: str
    component: str
    global_period: str
    multiple: str
    bilateral: str
    assistant: str
    co_surgeon: str
    team: str
    office_units: float
    facility_units: float
    conversion_factor: float

    def amount_cents(self, *, is_facility: bool) -> int:
        """The national payment amount, without geographic adjustment."""
        units = self.facility_units if is_facility else self.office_units
        return round(units * self.conversion_factor * 100)


class FeeSchedule:
    """One release. An entry without modifier is the whole service; 26 and TC are its parts."""

    def __init__(self, release: str, table: pa.Table) -> None:
        self.release = release
        rows = zip(*(table[name].to_pylist() for name in COLUMNS.names), strict=True)
        self._entries: Mapping[tuple[str, str], FeeScheduleEntry] = {
            (code, modifier): FeeScheduleEntry(*values) for code, modifier, *values in rows
        }

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, code: str, modifier: str = "") -> FeeScheduleEntry | None:
        return self._entries.get((code, modifier))
