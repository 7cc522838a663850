"""Times and doses as notes write them."""

import re
from collections.abc import Iterator

from models.coding.procedures.measures import NUMBER, NUMBER_WORD, Measure, read_number

_HOURS = rf"({NUMBER}|one|two|three|an?)\s*-?(?:hours?|hrs?|h)\b"
_MINS = rf"({NUMBER}|{NUMBER_WORD})\s*-?\s*(?:minutes?\b|mins?\b|m\b(?=\s*[),.])|(?<=\d\d)m\b(?=\s*(?:\n|\Z)))"
_HOURS_AND_MINUTES = re.compile(rf"\b{_HOURS}\s*(?:and\s*)?(?:{_MINS})?", re.IGNORECASE)
_MINUTES = re.compile(rf"\b{_MINS}", re.IGNORECASE)
_CLOCK = r"(\d{1,2}):?(\d{2})\s*(am|pm|a\.m\.|p\.m\.|h|hrs)?"
_UNTIL = r"(?:-|–|to|until|through|,?\s*(?:and\s+)?(?:stop|end|ended|stopped|out|completed)(?:\s*time)?\s*(?:at|:)?)"
_FROM_TO = re.compile(rf"(?<![\d/.]){_CLOCK}\s*{_UNTIL}\s*{_CLOCK}(?![\d/%])", re.IGNORECASE)
_YEARS = re.compile(r"(?:19|20)\d\d\s*\D+\s*(?:19|20)\d\d")
_DOSE = re.compile(
    rf"({NUMBER}|\d{{1,3}}(?:,\d{{3}})+)\s*"
    r"(million\s+units?|mu\b|mcg|µg|ug|mg|grams?|gm?|units?|u\b|ml|cc|meq|liters?|l\b)"
    r"(?!\s*/\s*(?:ml|cc|l|dl|kg|hr|h|min)\b)(?![\w/])",
    re.IGNORECASE,
)
_STRENGTH = re.compile(rf"({NUMBER})\s*mg\s*/\s*({NUMBER})?\s*(?:ml|cc)\b", re.IGNORECASE)
_NAMED_STRENGTH = re.compile(r"\b(?:kenalog|depo-?medrol)[\s-]*(10|20|40|80)\b(?!\s*m)", re.IGNORECASE)
_UNITS = {
    "µg": "mcg", "ug": "mcg", "gram": "g", "grams": "g", "gm": "g", "u": "unit", "units": "unit", "cc": "mL",
    "ml": "mL", "liter": "L", "liters": "L", "l": "L", "mu": "million unit",
}  # fmt: skip
_HALF_DAY = 12 * 60


def find_amounts(text: str) -> Iterator[Measure]:
    """Minutes (`unit` "clock" when they are the difference of two times of day), doses and strengths (mg a mL)."""
    yield from _minutes(text)
    yield from _clock_times(text)
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


def _clock_times(text: str) -> Iterator[Measure]:
    for match in _FROM_TO.finditer(text):
        duration = _between(match)
        if duration:
            yield Measure("minutes", duration, match.start(), match.end(), "clock")


def _between(match: re.Match[str]) -> int | None:
    """Minutes from the first clock time to the second; None when they are no clock times of one shift."""
    start_hour, start_minute, start_half, end_hour, end_minute, end_half = match.groups()
    is_log = match.string[: match.start()].rstrip(" \t")[-1:] in ("", "\n")
    says_so = ":" in match.group() or start_half or end_half or "time" in match.group().lower()
    if not says_so and (not is_log or _YEARS.fullmatch(match.group())):
        return None
    start = _minute_of_day(start_hour, start_minute, start_half or end_half)
    end = _minute_of_day(end_hour, end_minute, end_half or start_half)
    if start is None or end is None:
        return None
    duration = (end - start) % (_HALF_DAY if end < start and not end_half else 2 * _HALF_DAY)
    return duration if 0 < duration <= _HALF_DAY else None


def _minute_of_day(hour: str, minute: str, half: str | None) -> int | None:
    if int(hour) > 23 or int(minute) > 59:
        return None
    letter = half.lower()[0] if half else ""
    hours = int(hour) % 12 if letter in ("a", "p") else int(hour)
    return hours * 60 + int(minute) + (_HALF_DAY if letter == "p" else 0)


def _doses(text: str) -> Iterator[Measure]:
    for match in _DOSE.finditer(text):
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
