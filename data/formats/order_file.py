"""The order files of CMS and CDC (`icd10cm-order-2026.txt`, `icd10pcs_order_2026.txt`) and their codes files.

Order files hold the five-digit order number in columns 1-5, the code in 7-13, 1 for a billable code and 0 for a header
in 15, the abbreviated title in 17-76 and the full title from 78 on. Codes files hold billable codes and full titles.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from data.formats.official_xml import LayoutError

_ORDER_LINE = re.compile(r"[0-9]{5,6} +([0-9A-Z]{3,7}) +([01]) (.{60}) (.+)")
_CODES_LINE = re.compile(r"([0-9A-Z]{3,7}) +(\S.*)")
_SHORTEST_CODE_LINES = 2


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code as a list gives it, without its place in a hierarchy."""

    compact: str
    term: str
    is_billable: bool
    parent: str | None = None


def is_order_file(text: str) -> bool:
    return _ORDER_LINE.fullmatch(_first_line(text)) is not None


def is_codes_file(text: str) -> bool:
    """Only codes that look like ICD-10's are taken for a codes file, so that prose is not."""
    first, *others = text.lstrip().split("\n", 2)
    lines = [line.rstrip() for line in (first, *others[:1])]
    return len(lines) == _SHORTEST_CODE_LINES and all(
        (match := _CODES_LINE.fullmatch(line)) is not None and re.search("[0-9]", match[1]) for line in lines
    )


def parse_order_file(text: str) -> list[ListedCode]:
    lines = list(_match_lines(text, _ORDER_LINE, "order"))
    if lines and len(lines[-1][4]) < len(lines[-1][3].rstrip()):
        _refuse(len(lines), "the full title is shorter than the abbreviated one, so that the file is cut off")
    return [ListedCode(match[1], match[4].strip(), match[2] == "1") for match in lines]


def parse_codes_file(text: str) -> list[ListedCode]:
    lines = _match_lines(text, _CODES_LINE, "codes")
    return [ListedCode(match[1], match[2].strip(), is_billable=True) for match in lines]


def _match_lines(text: str, pattern: re.Pattern[str], kind: str) -> Iterator[re.Match[str]]:
    seen: set[str] = set()
    for number, line in enumerate(text.rstrip("\x1a\r\n ").split("\n"), start=1):
        match = pattern.fullmatch(line.rstrip()) or _refuse(number, f"expected a line of an ICD-10 {kind} file")
        if match[1] in seen:
            _refuse(number, "the code was listed before")
        seen.add(match[1])
        yield match


def _refuse(number: int, expected: str) -> NoReturn:
    raise LayoutError(f"line {number}: {expected}")


def _first_line(text: str) -> str:
    return text.lstrip().partition("\n")[0].rstrip()
