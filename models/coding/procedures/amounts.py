"""Times and doses as notes write them."""

import re
from collections.abc import Iterator

from models.coding.procedures.clock import find_clock_times
from models.coding.procedures.measures import NUMBER, NUMBER_WORD, Measure, read_number

_HOURS = rf"({NUMBER}|one|two|three|an?)\s*-?(?:hours?|hrs?|h)\b"
_MINS = rf"({NUMBER}|{NUMBER_WORD})\s*-?\s*(?:minutes?\b|mins?\b|m\b(?=\s*[),.])|(?<=\d\d)m\b(?=\s*(?:\n|\Z)))"
_HOURS_AND_MINUTES = re.compile(rf"\b{_HOURS}\s*(?:and\s*)?(?:{_MINS})?", re.IGNORECASE)
_MINUTES = re.compile(rf"(?<!every )\b{_MINS}", re.IGNORECASE)
_DOSE = re.compile(
    rf"({NUMBER}|\d{{1,3}}(?:,\d{{3}})+)\s*"
    r"(million\s+units?|mu\b|mcg|micrograms?|µg|ug|mg|milligrams?|grams?|gm?|units?|iu\b|u\b|ml|milliliters?|cc|meq|liters?|l\b)"
    r"(?!\s*/\s*(?:ml|cc|l|dl|kg|hr|h|min)\b)(?![\w/])",
    re.IGNORECASE,
)
# What a medicine is mixed into is no dose of it: "400 mg in NS 250 mL".
_DILUENT = re.compile(
    r"\bin\s+(?:(?:ns|nss|d5w|d5|normal|saline|sterile|water|dextrose|0\.9%?|nacl)\s+)*$", re.IGNORECASE
)
_BEFORE = 40
_GAUGE = re.compile(r"(?:1[4-9]|2[0-9]|30)[gG]")
_STRENGTH = re.compile(rf"({NUMBER})\s*mg\s*/\s*({NUMBER})?\s*(?:ml|cc)\b", re.IGNORECASE)
_NAMED_STRENGTH = re.compile(r"\b(?:kenalog|depo-?medrol)[\s-]*(10|20|40|80)\b(?!\s*m)", re.IGNORECASE)
_UNITS = {
    "µg": "mcg", "ug": "mcg", "microgram": "mcg", "micrograms": "mcg", "milligram": "mg", "milligrams": "mg",
    "milliliter": "mL", "milliliters": "mL", "iu": "unit",
    "gram": "g", "grams": "g", "gm": "g", "u": "unit", "units": "unit", "cc": "mL",
    "ml": "mL", "liter": "L", "liters": "L", "l": "L", "mu": "million unit",
}  # fmt: skip


def find_amounts(text: str) -> Iterator[Measure]:
    """Minutes (`unit` "clock" when they are the difference of two times of day), doses and strengths (mg a mL)."""
    yield from _minutes(text)
    yield from find_clock_times(text)
    yield from _doses(text)


def _minutes(text: str) -> Iterator[Measure]:
    taken: list[tuple[int, int]] = []
    for match in _HOURS_AND_MINUTES.finditer(text):
        total = 60 * read_number(match[1]) + (read_number(match[2]) if match[2] else 0)
        taken.append(match.span())
        yield Measure("minutes", total, match.start(), match.end())
    for match in _MINUTES.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            yield Measure("minutes", read_number(match[1]), match.start(), match.end())


def _doses(text: str) -> Iterator[Measure]:
    for match in _DOSE.finditer(text):
        if _GAUGE.fullmatch(match.group()) or _DILUENT.search(text, max(0, match.start() - _BEFORE), match.start()):
            continue
        amount, unit = float(match[1].replace(",", "")), " ".join(match[2].lower().split())
        unit = _UNITS.get(unit, unit)
        if unit.startswith("million"):
            amount, unit = amount * 1_000_000, "unit"
        if unit == "L":
            amount, unit = amount * 1000, "mL"
        yield Measure("dose", amount, match.start(), match.end(), unit)
    for match in _STRENGTH.finditer(text):
        volume = float(match[2] or 1)
        if volume:
            yield Measure("strength", float(match[1]) / volume, match.start(), match.end(), "mg/mL")
    for match in _NAMED_STRENGTH.finditer(text):
        yield Measure("strength", float(match[1]), match.start(), match.end(), "mg/mL")
