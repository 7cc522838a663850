"""Numbers with their units as notes write them: sizes, areas, counts, views, minutes and doses."""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Measure(NamedTuple):
    """`attribute` is `value` by text[start:end]. Sizes are in cm, areas in sq cm, times in minutes; doses keep `unit`."""

    attribute: str
    value: float
    start: int
    end: int
    unit: str = ""


_WORDS = {
    "a": 1, "an": 1, "single": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
}  # fmt: skip
_NUMBER = r"(?:\d{1,4}(?:\.\d{1,3})?|\.\d{1,2})"
_WORD = "|".join(sorted((word for word in _WORDS if len(word) > 2), key=len, reverse=True))
_BY = r"\s*(?:cm|mm)?\s*(?:x|×|by)\s*"
_SIZE = re.compile(rf"({_NUMBER})(?:{_BY}({_NUMBER}))?(?:{_BY}({_NUMBER}))?[\s-]*(cm|mm|centimeters?|millimeters?)\b(?!\s*(?:2|²|punch))", re.I)
_AREA = re.compile(rf"({_NUMBER})\s*(?:sq(?:uare)?\.?\s*(?:cm|centimeters?)|cm\s?(?:2|²|\^2))", re.I)
_MARGIN = re.compile(r"^\W*(?:(?:clinical|surgical|circumferential|peripheral)\s+)?margins?", re.I)
_MARGIN_BEFORE = re.compile(r"margins?\s+(?:of\s+)?$", re.I)
_WOUND_WORDS = r"(?:lac(?:eration)?s?|wounds?|repairs?|closures?|defects?|incisions?|cuts?|suture line)\b"
_WOUND_AFTER = re.compile(rf"^[\s,]*(?:(?!and\b)[a-z-]+\s+){{0,3}}?{_WOUND_WORDS}", re.I)
_WOUND_BEFORE = re.compile(rf"{_WOUND_WORDS}\s*(?:length|repaired|measur\w+|of|was|is|size|final|total|:|,|\(|approximately|about|~|\s)*$", re.I)
_GROWTH_AFTER = re.compile(
    r"^[\s,]*(?:(?!and\b)[a-z-]+\s+){0,4}?(?:lesions?|cysts?|nev\w+|mass|mole|carcinoma|bcc|scc|lipoma|plaque|papule|nodule|growth|melanoma"
    r"|polyps?|keratosis|tumou?r|macule|tag)\b", re.I,
)
_THINGS = (
    r"lesions?|aks?|keratos[ei]s|warts?|verrucae?|tags?|acrochordons?|nails?|toenails?|spots?|moles?|biops(?:y|ies)|nev[ui]s?"
    r"|areas?|muscles?|regions?|sites?|levels?|injections?|callus(?:es)?|corns?|mollusc\w+|papules?|macules?|allergens?"
    r"|pricks?|tests?|studies|nerves?|stages?|polyps?|growths?|doses?|instruments?|screens?|questionnaires?"
)
_COUNT = re.compile(rf"(?<![\d.,/])\b(\d{{1,3}}|{_WORD})\s+(?:(?!cm|mm|mg|ml|cc|mcg|views?|days?|weeks?|months?|years?|min|hours?|to\b|of\b|and\b|or\b|x\b)[a-z-]+\s+){{0,3}}?(?:{_THINGS})\b", re.I)
_TIMES = re.compile(r"(?<![\w.])[x×]\s?(\d{1,2})\b(?!\s*(?:\d|[./]\d|cm|mm|days?|d\b|wks?|weeks?|months?|mos?\b|yrs?|years?|hours?|hrs?|min|refills?|doses? daily))", re.I)
_TOTAL = re.compile(rf"\btotal (?:of |number of \w+:? ?)?(\d{{1,3}}|{_WORD})\b(?!\s*(?:min|hour|mg|ml|cc|cm|mm))", re.I)
_VIEWS = re.compile(rf"\b(\d|{_WORD})(?:\s*(?:-|to|or|and)\s*(\d|{_WORD}))?[\s-]*(?:\+\s*)?(?:view|vw|v\b)s?", re.I)
_PROJECTIONS = (
    (re.compile(r"\b(?:AP|PA)\s*(?:,|/|and|&)?\s*(?:and\s+)?(?:lat(?:eral)?)\s*(?:,|/|and|&)+\s*(?:and\s+)?(?:oblique|mortise|sunrise|odontoid|axillary|merchant|scaphoid|skyline)\w*", re.I), 3),
    (re.compile(r"\b(?:AP|PA)\s*(?:,|/)\s*(?:oblique|mortise|sunrise)s?\s*(?:,|/|and|&)+\s*(?:and\s+)?lat(?:eral)?\b", re.I), 3),
    (re.compile(r"\b(?:AP|PA)\s*(?:,|/|and|&|\+)\s*lat(?:eral)?\b", re.I), 2),
    (re.compile(r"\b(?:frontal and lateral|2[- ]?v)\b", re.I), 2),
    (re.compile(r"\b(?:portable|single[- ]view|AP only|1[- ]?v)\b", re.I), 1),
)  # fmt: skip
_MINUTES = re.compile(rf"(?:({_NUMBER}|one|two|three|an?)\s*-?(?:hours?|hrs?|h)\b\s*(?:and\s*)?)?(?:({_NUMBER}|{_WORD})\s*-?\s*(?:minutes?|mins?|min\.|m\b(?=\s*[),.]))(?:\b|(?<=\.)))?", re.I)
_CLOCK = r"(\d{1,2}):?(\d{2})\s*(am|pm|a\.m\.|p\.m\.|h|hrs)?"
_SPANNED = re.compile(rf"(?<![\d/.]){_CLOCK}\s*(?:-|–|to|until|through|,?\s*(?:and\s+)?(?:stop|end|ended|stopped|out|completed)(?:\s*time)?\s*(?:at|:)?)\s*{_CLOCK}(?![\d/%])", re.I)
_DOSE = re.compile(rf"({_NUMBER}|\d{{1,3}}(?:,\d{{3}})+)\s*(million\s+units?|mu\b|mcg|µg|ug|mg|grams?|gm?|units?|u\b|ml|cc|meq|liters?|l\b)(?!\s*/\s*(?:ml|cc|l|dl|kg|hr|h|min)\b)(?![\w/])", re.I)
_STRENGTH = re.compile(rf"({_NUMBER})\s*mg\s*/\s*({_NUMBER})?\s*(?:ml|cc)\b", re.I)
_UNITS = {
    "µg": "mcg", "ug": "mcg", "gram": "g", "grams": "g", "gm": "g", "u": "unit", "units": "unit", "cc": "mL", "ml": "mL",
    "liter": "L", "liters": "L", "l": "L", "mu": "million unit",
}  # fmt: skip


def find_measures(text: str) -> Iterator[Measure]:
    """All measures, in no particular order."""
    yield from _sizes(text)
    for match in _AREA.finditer(text):
        yield Measure("area_sqcm", float(match[1]), match.start(), match.end())
    yield from _counts(text)
    yield from _views(text)
    yield from _times(text)
    yield from _doses(text)


def _sizes(text: str) -> Iterator[Measure]:
    """Sizes of growths and lengths of wounds; one that the words around don't tell apart is both."""
    for match in _SIZE.finditer(text):
        factor = 0.1 if match[4].lower().startswith("m") else 1.0
        sides = [round(float(side) * factor, 3) for side in match.groups()[:3] if side]
        for attribute in _size_attributes(text, match):
            yield Measure(attribute, max(sides), match.start(), match.end())
        if len(sides) > 1:
            yield Measure("area_sqcm", round(sides[0] * sides[1], 3), match.start(), match.end())


def _size_attributes(text: str, match: re.Match[str]) -> tuple[str, ...]:
    after = text[match.end() : match.end() + 40]
    before = text[max(0, match.start() - 40) : match.start()]
    if _MARGIN.match(after) or _MARGIN_BEFORE.search(before):
        return ("margin_cm",)
    if _WOUND_AFTER.match(after) or _WOUND_BEFORE.search(before):
        return ("length_cm",)
    return ("size_cm",) if _GROWTH_AFTER.match(after) else ("size_cm", "length_cm")


def _counts(text: str) -> Iterator[Measure]:
    for match in _COUNT.finditer(text):
        yield Measure("count", read_number(match[1]), match.start(), match.end())
    for match in _TIMES.finditer(text):
        yield Measure("count", float(match[1]), match.start(), match.end())
    for match in _TOTAL.finditer(text):
        yield Measure("total_count", read_number(match[1]), match.start(), match.end())


def _views(text: str) -> Iterator[Measure]:
    for match in _VIEWS.finditer(text):
        yield Measure("views", read_number(match[2] or match[1]), match.start(), match.end())
    taken: list[tuple[int, int]] = []
    for pattern, views in _PROJECTIONS:
        for match in pattern.finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end in taken):
                taken.append(match.span())
                yield Measure("views", float(views), match.start(), match.end())


def _times(text: str) -> Iterator[Measure]:
    for match in _MINUTES.finditer(text):
        hours, minutes = match[1], match[2]
        if hours or minutes:
            total = 60 * (read_number(hours) if hours else 0) + (read_number(minutes) if minutes else 0)
            yield Measure("minutes", total, match.start(), match.end())
    for match in _SPANNED.finditer(text):
        duration = _between(match)
        if duration:
            yield Measure("minutes", duration, match.start(), match.end(), "clock")


def _between(match: re.Match[str]) -> int | None:
    """Minutes from the first clock time to the second; None when they are no clock times of one shift."""
    start_hour, start_minute, start_half, end_hour, end_minute, end_half = match.groups()
    if ":" not in match.group() and not (start_half or end_half) and "time" not in match.group().lower():
        return None
    start = _minute_of_day(start_hour, start_minute, start_half or end_half)
    end = _minute_of_day(end_hour, end_minute, end_half or start_half)
    if start is None or end is None:
        return None
    duration = (end - start) % (12 * 60 if end < start and not end_half else 24 * 60)
    return duration if 0 < duration <= 12 * 60 else None


def _minute_of_day(hour: str, minute: str, half: str | None) -> int | None:
    if int(hour) > 23 or int(minute) > 59:
        return None
    is_afternoon = bool(half) and half is not None and half.lower().startswith("p")
    return (int(hour) % 12 if half and half.lower()[0] in "ap" else int(hour)) * 60 + int(minute) + 720 * is_afternoon


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
        yield Measure("strength", float(match[1]) / float(match[2] or 1), match.start(), match.end(), "mg/mL")


def read_number(text: str) -> float:
    """A number in digits or words."""
    return float(_WORDS[text.lower()]) if text.lower() in _WORDS else float(text)
