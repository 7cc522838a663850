"""Tab-separated rows of the procedure catalogue, read one by one, each error with its file and line."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from data.codes import CodeSystem, Cpt, Hcpcs, ProcedureCode, parse_code
from data.services import Choice, Interval, Rounding, UnitKind, UnitRule

MEASURES = frozenset({"age", "area_sqcm", "components", "count", "length_cm", "minutes", "size_cm", "views"})
CONTEXT: Mapping[str, frozenset[str]] = {
    "status": frozenset({"new", "established"}),
    "mdm": frozenset({"straightforward", "low", "moderate", "high"}),
    "payer": frozenset({"commercial", "medicare", "medicare_advantage", "medicaid", "managed_medicaid", "other"}),
    "sex": frozenset({"female", "male"}),
    "place": frozenset({"office", "facility_professional", "facility_side"}),
}
DOSE_MEASURES = frozenset({"mg", "mcg", "g", "unit", "mL", "meq", "each", "dose"})

_RANGE = re.compile(r"(\d+(?:\.\d+)?)(?:(\.\.)(\d+(?:\.\d+)?)?)?")
_PLACE = re.compile(r"\d\d")

Value = TypeVar("Value")


class CatalogueError(ValueError):
    """A row of the catalogue breaks the format contract of data/reference/procedures/README.md."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, by column name."""

    path: Path
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def error(self, message: str) -> CatalogueError:
        return CatalogueError(f"{self.path.name}, line {self.number}: {message}")

    def parse(self, column: str, parse: Callable[[str], Value]) -> Value:
        try:
            return parse(self.cells[column])
        except ValueError as error:
            raise self.error(f"{column}: {error}") from error


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """Rows of a table whose first line names exactly these columns; blank lines and # comments are skipped."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != list(columns):
        raise CatalogueError(f"{path.name}, line 1: expected the columns {', '.join(columns)}")
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != len(columns):
            raise CatalogueError(f"{path.name}, line {number}: expected {len(columns)} cells, got {len(cells)}")
        yield Row(path, number, dict(zip(columns, cells, strict=True)))


def parse_list(text: str) -> tuple[str, ...]:
    """Items between semicolons; raises when one is repeated."""
    items = tuple(item.strip() for item in text.split(";") if item.strip())
    if len(set(items)) != len(items):
        raise ValueError("an item is repeated")
    return items


def parse_procedure(system: str, text: str) -> ProcedureCode:
    code = parse_code(system, text)
    if isinstance(code, Cpt | Hcpcs):
        return code
    raise ValueError(f"expected the system {CodeSystem.CPT} or {CodeSystem.HCPCS}")


def parse_interval(text: str) -> Interval:
    """`3` is exactly three, `2..14` from two to fourteen, `15..` fifteen or more."""
    match = _RANGE.fullmatch(text)
    if not match:
        raise ValueError("expected a number, `low..high` or `low..`")
    low, dots, high = match.groups()
    return Interval(float(low), float(high) if high else math.inf if dots else float(low))


def parse_pairs(text: str) -> dict[str, str]:
    """`size_cm=0.6..1.0 site=@face` as a mapping."""
    pairs = [item.partition("=") for item in text.split()]
    if any(not key or not value for key, _, value in pairs) or len({key for key, _, _ in pairs}) != len(pairs):
        raise ValueError("expected key=value with each key once")
    return {key: value for key, _, value in pairs}


def parse_places(text: str) -> frozenset[str]:
    places = frozenset(text.split())
    if not all(_PLACE.fullmatch(place) for place in places):
        raise ValueError("expected two-digit place-of-service codes")
    return places


def parse_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def parse_unit_rule(text: str) -> UnitRule:
    """`once`, `count`, `named`, `timed`, `dose 10 mg`, or `extra size_cm over 7.5 per 5 up`."""
    match text.split() or ["once"]:
        case [("once" | "count" | "named" | "timed") as kind]:
            return UnitRule(UnitKind(kind))
        case ["dose", per, measure] if measure in DOSE_MEASURES:
            return UnitRule(UnitKind.DOSE, measure, 0, float(per))
        case ["extra", measure, "over", first, "per", per, rounding] if measure in MEASURES:
            return UnitRule(UnitKind.EXTRA, measure, float(first), float(per), Rounding(rounding))
    raise ValueError("expected once, count, named, timed, `dose N UNIT` or `extra MEASURE over N per N up|half|full`")


def parse_choices(
    text: str, values: Mapping[str, frozenset[str]], groups: Mapping[str, frozenset[str]]
) -> dict[str, Choice]:
    """Attributes that choose among siblings: intervals for measures, sets of known values for the rest."""
    return {key: _parse_choice(key, value, values, groups) for key, value in parse_pairs(text).items()}


def _parse_choice(
    key: str, text: str, values: Mapping[str, frozenset[str]], groups: Mapping[str, frozenset[str]]
) -> Choice:
    if key in MEASURES:
        return parse_interval(text)
    known = CONTEXT.get(key) or values.get(key)
    if known is None:
        raise ValueError(f"{key} is not an attribute")
    chosen: frozenset[str] = frozenset()
    for item in text.split("+"):
        if item.startswith("@") and item[1:] not in groups:
            raise ValueError(f"{item} is not a group")
        chosen |= groups[item[1:]] if item.startswith("@") else frozenset({item})
    if not chosen <= known:
        raise ValueError(f"{', '.join(sorted(chosen - known))} is not a value of {key}")
    return chosen
