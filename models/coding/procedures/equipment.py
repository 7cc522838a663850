"""RR, NU, KH and KX: whether equipment was rented or sold, in which month, and that the payer's criteria are met."""

import re
from collections.abc import Sequence

from data.codes import Hcpcs
from data.notes import Encounter, PayerKind
from models.coding.procedures.lines import Line
from models.coding.procedures.reading import Reading
from models.coding.procedures.wastage import text_around

_EQUIPMENT = frozenset({"breathing_aid", "walking_aid", "wheelchair", "bath_bed"})
_RENTED = re.compile(r"\b(?:rent(?:al|ed|s)?|RR)\b", re.IGNORECASE)
_SOLD = re.compile(r"\b(?:purchas(?:e|ed)|NU)\b", re.IGNORECASE)
_FIRST_MONTH = re.compile(r"\b(?:month|mo)\.?\s*#?1\b(?!\d)|\b(?:first|1st)\s+mo(?:nth)?\b|\bKH\b", re.IGNORECASE)
_CRITERIA_MET = re.compile(r"\bKX\b|\b(?:coverage|payer|medicare|LCD)\s+criteria\s+(?:are\s+)?met\b", re.IGNORECASE)
# Rented until it is the patient's; oxygen stays rented.
_CAPPED = frozenset(map(Hcpcs, ("E0470", "E0471", "E0562", "E0601", "E0570", "E0143", "E0260", "E0303")))
_MEDICARE = (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE)
_SOURCE = "HCPCS Level II modifiers; Medicare Claims Processing Manual, chapter 20, section 30"


def mark_equipment(lines: Sequence[Line], readings: Sequence[Reading], encounter: Encounter) -> list[Line]:
    """Equipment of a delivery that tells of rent or sale: what it doesn't call rented was sold."""
    whole = "\n".join(reading.text.text for reading in readings)
    if not (_RENTED.search(whole) or _SOLD.search(whole)):
        return list(lines)
    return [_mark(line, readings, whole, encounter) if _is_equipment(line) else line for line in lines]


def _is_equipment(line: Line) -> bool:
    return line.service.family in _EQUIPMENT


def _mark(line: Line, readings: Sequence[Reading], whole: str, encounter: Encounter) -> Line:
    around = text_around(line, readings)
    is_rented = _RENTED.search(around) is not None and _SOLD.search(around) is None
    line = _add(line, "RR", "rented") if is_rented else _add(line, "NU", "new, and sold")
    is_medicare = encounter.payer is not None and encounter.payer.kind in _MEDICARE
    if is_rented and is_medicare and line.service.code in _CAPPED and _FIRST_MONTH.search(around):
        line = _add(line, "KH", "the first month of its rent")
    return _add(line, "KX", "the payer's criteria are met") if _CRITERIA_MET.search(_criteria(around, whole)) else line


def _criteria(around: str, whole: str) -> str:
    """Where the criteria of a line are told: beside it when any line has them beside it, else anywhere."""
    is_by_line = re.search(r"(?m)^[ \t]*(?:\d+[.)]|[-*•]).*\bKX\b", whole) is not None
    return around if is_by_line else whole


def _add(line: Line, modifier: str, words: str) -> Line:
    return line.modified(modifier).because("modifier.equipment", f"{modifier}: {words}.", _SOURCE)
