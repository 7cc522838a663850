"""Times of day as notes write them: moments, spans ("0930-1235"), and logs that begin a thing on one line and end it on
a later one."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.coding.procedures.measures import Measure

_CLOCK = r"(\d{1,2}):?(\d{2})\s*(am|pm|a\.m\.|p\.m\.|h|hrs)?"
_BEGIN = r"(?:start(?:ed|ing)?|begun|began|hung|initiated)"
_END = r"(?:stop(?:ped)?|end(?:ed)?|out|complete[d]?|finish(?:ed)?|done|off)"
_AT = r"(?:\s*time)?\s*(?:at|@|:)?\s*"
_UNTIL = rf"(?:-|–|to|until|till|through|,?\s*(?:and\s+)?{_END}{_AT})"
_NO_AMOUNT = r"(?!\d|[%/.,]\d|\s*(?:k?cal|ml|cc|mg|mcg|g\b|units?|u\b|steps|%|/))"
_FROM_TO = re.compile(rf"(?<![\d/.]){_CLOCK}\s*{_UNTIL}\s*{_CLOCK}{_NO_AMOUNT}", re.IGNORECASE)
_BEGUN_ENDED = re.compile(
    rf"\b{_BEGIN}{_AT}{_CLOCK}{_NO_AMOUNT}[^\n]{{1,80}}?\b{_END}{_AT}{_CLOCK}{_NO_AMOUNT}", re.IGNORECASE
)
_YEARS = re.compile(r"(?:19|20)\d\d\s*\D+\s*(?:19|20)\d\d")
_ENTRY = re.compile(
    rf"(?:^|\||[.:;][ \t])[ \t]*(?:[-*•–][ \t]*)?(\d{{2}}:?|\d:)(\d{{2}})[ \t]*(am|pm)?\b(?![-–]){_NO_AMOUNT}"
    r"([^\n|]*?)(?=$|\||[.;][ \t]+\d{2}:?\d{2}\b)",
    re.IGNORECASE | re.MULTILINE,
)
_BEGINS = re.compile(rf"\b{_BEGIN}\b", re.IGNORECASE)
_ENDS = re.compile(rf"\b{_END}\b", re.IGNORECASE)
_AFTER_WAY = re.compile(
    r"(?:\b(?:ivp|iv|im|sq|sc|subq|push|given|at)|@)\s*(\d{1,2}):?(\d{2})\b(?!\s*(?:mg|ml|mcg|cc|units?|%|/|weeks|days))",
    re.IGNORECASE,
)
_BULLETS = " \t-*•–|"
_HALF_DAY = 12 * 60


class _Entry(NamedTuple):
    """A line of a log; `minute` of its day, the place of its time, and what it tells."""

    minute: int
    start: int
    end: int
    words: str


def find_clock_times(text: str) -> Iterator[Measure]:
    """Minutes (`unit` "clock") between two times of day."""
    for pattern in (_FROM_TO, _BEGUN_ENDED):
        for match in pattern.finditer(text):
            duration = _between(match)
            if duration:
                yield Measure("minutes", duration, match.start(), match.end(), "clock")
    yield from _durations(list(_read_log(text)))


def find_moments(text: str) -> Iterator[Measure]:
    """Minutes of the day at which something was done; 0 for a span of time."""
    for match in _FROM_TO.finditer(text):
        if _between(match):
            yield Measure("moment", 0, match.start(), match.end())
    for entry in _read_log(text):
        yield Measure("moment", entry.minute, entry.start, entry.end)
    for match in _AFTER_WAY.finditer(text):
        minute = _minute_of_day(match[1], match[2], "")
        if minute is not None and len(match[1] + match[2]) == 4:
            yield Measure("moment", minute, match.start(1), match.end())


def _read_log(text: str) -> Iterator[_Entry]:
    for match in _ENTRY.finditer(text):
        minute = _minute_of_day(match[1].rstrip(":"), match[2], match[3] or "")
        if minute is not None:
            yield _Entry(minute, match.start(1), match.end(2), match[4])


def _durations(entries: Sequence[_Entry]) -> Iterator[Measure]:
    """What begins on one line ends on the first later one that says so, unless another thing begins before."""
    for number, entry in enumerate(entries):
        if not _BEGINS.search(entry.words):
            continue
        for later in entries[number + 1 :]:
            if _BEGINS.search(later.words):
                break
            if _ENDS.search(later.words):
                if 0 < later.minute - entry.minute <= _HALF_DAY:
                    yield Measure("minutes", later.minute - entry.minute, entry.start, entry.end, "clock")
                break


def _between(match: re.Match[str]) -> int | None:
    """Minutes from the first clock time to the second; None when they are no clock times of one shift."""
    start_hour, start_minute, start_half, end_hour, end_minute, end_half = match.groups()
    line = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
    has_four = len(start_hour + end_hour) == 4
    says_so = ":" in match.group() or start_half or end_half or "time" in match.group().lower()
    if not says_so and (_YEARS.fullmatch(match.group().strip()) or not (has_four or not line.strip(_BULLETS))):
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
