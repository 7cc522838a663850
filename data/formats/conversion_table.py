"""The conversion tables that CMS publishes beside ICD-10-CM and ICD-10-PCS: which code came out of which."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from data.formats.official_xml import LayoutError

_CODE = re.compile(r"[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])(?:\.?[0-9A-Z]{1,4})?|[0-9A-HJ-NP-Z]{7}")


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a previous code was called, where the table says so, and the codes that took its place."""

    term: str
    successors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    current: int
    previous: int
    previous_title: int | None


def is_conversion_table(text: str) -> bool:
    return _find_columns(text) is not None


def parse_conversion_table(text: str) -> dict[str, Conversion]:
    """By previous code, compact. A code that only changed its title is no previous code."""
    columns = _find_columns(text)
    if columns is None:
        raise LayoutError("line 1: expected tab-separated columns for the current and the previous code")
    found: dict[str, Conversion] = {}
    for number, line in enumerate(text.rstrip().split("\n")[1:], start=2):
        cells = [cell.strip().strip('"') for cell in line.split("\t")]
        if len(cells) <= max(columns.current, columns.previous):
            raise LayoutError(f"line {number}: expected a current and a previous code, separated by tabs")
        _add(found, cells, columns)
    return found


def resolve_successors(code: str, conversions: Mapping[str, Conversion], current: Mapping[str, object]) -> list[str]:
    """Follows a code through all conversions to the codes that are in use."""
    resolved: dict[str, None] = {}
    seen, waiting = {code}, [code]
    while waiting:
        conversion = conversions.get(waiting.pop(0))
        for successor in conversion.successors if conversion else ():
            if successor in current:
                resolved[successor] = None
            elif successor not in seen:
                seen.add(successor)
                waiting.append(successor)
    return list(resolved)


def _add(found: dict[str, Conversion], cells: list[str], columns: _Columns) -> None:
    successors = _codes(cells[columns.current])
    title = "" if columns.previous_title is None else cells[columns.previous_title]
    for old in _codes(cells[columns.previous]):
        known = found.get(old, Conversion(title, ()))
        new = [code for code in successors if code not in (old, *known.successors)]
        if new or old in found:
            found[old] = Conversion(known.term, (*known.successors, *new))


def _find_columns(text: str) -> _Columns | None:
    names = [name.strip().strip('"').lower() for name in text.partition("\n")[0].split("\t")]
    places = [
        next((place for place, name in enumerate(names) if name.startswith(words) and "title" not in name), None)
        for words in ("current code", "previous code")
    ]
    title = next((place for place, name in enumerate(names) if name.startswith("predecessor")), None)
    current, previous = places
    return None if current is None or previous is None else _Columns(current, previous, title)


def _codes(cell: str) -> list[str]:
    return [code.replace(".", "") for code in re.split(r"[\s,;]+", cell) if _CODE.fullmatch(code)]
