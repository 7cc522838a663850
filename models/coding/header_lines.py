"""Finds the headers in the lines of a note, as people write and dictate them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from models.coding.headers import SYSTEM, HeaderKind, SectionKind, find_kind, guess_kind

UNKNOWN = "unknown"
LABEL = "label"
_MAX_HEADER = 80
_LINE = re.compile(r"[^\r\n]+")
_MARKS = re.compile(r"[ \t]*(?:(?:[-*•·▪◦>]|\(?\d{1,2}[.)]|[IVX]{1,4}\.)[ \t]+)?[#*_=\[<~ \t]*")
_MARKDOWN = re.compile(r"[ \t]*(?:#{1,6}[ \t]|\*\*|__|==)")
_SEPARATOR = re.compile(r"[ \t*_\]>~=#]*(?::[*_]*|[ \t][-–—](?=[ \t])|\t|$)")
_DICTATED = re.compile(r"(?:^|(?<=[.!?])\s+)([A-Z][A-Za-z ]{3,40}?)\.(?=\s|$)")
_RELATIVE = (
    r"(?:grand|step|half[ -])?(?:mo|fa|ma|pa|mother|father|sister|brother|aunt|uncle|cousin|son|daughter|sibling|parent"
    r"|m?[pm]g[mf])(?:s|ternal)?"
)
BULLET = re.compile(r"[ \t]*[-*•·▪◦>][ \t]+")
_LABELLED = re.compile(rf"[ \t]*(?!(?i:{_RELATIVE})\b)[A-Z][A-Za-z0-9 /&(),'’-]{{2,40}}:(?=\s)")
_SHOUTED = re.compile(r"[A-Z][A-Z0-9 /&,()'-]{3,50}")
# Shorthand that needs no colon: "Dx strep throat", "- A/P OSA, well controlled".
_BARE = re.compile(r"(?:Dx|DX|dx|Imp|IMP|A/P|A&P|Impression)[ \t]+(?!and\b|of\b)(?=\w)")
_ALONE = re.compile(r"[ \t]*[A-Z][a-z']*(?:[ /&-][A-Za-z']+){0,4}[ \t]*")
_FEWEST_ALONE = 2
# "S cough for three days": letters alone are headers where the note has three of the four.
_SOAP = re.compile(r"^[ \t]*([SOAP])(?=[ \t]+\S)", re.MULTILINE)
_SOAP_LETTERS = 3
_TAIL = re.compile(r"[A-Za-z][A-Za-z/&'’() -]*$")
# Single words that people dictate as headers; other single words are answers ("Hypertension.", "History.").
_DICTATED_WORDS = frozenset(
    {
        "allergies",
        "medications",
        "assessment",
        "plan",
        "impression",
        "subjective",
        "objective",
        "findings",
        "indications",
    }
)


class Header(NamedTuple):
    """Where a header stands with what closes it; of `kind` UNKNOWN or LABEL when no list names it."""

    start: int
    end: int
    kind: HeaderKind


def find_headers(text: str) -> Iterator[Header]:
    soap = _find_soap(text)
    alone = _find_alone(text)
    is_open = True  # the line before is blank or ended its sentence
    end_before = 0
    for line in _LINE.finditer(text):
        is_blank_above = line.start() == 0 or text.count("\n", end_before, line.start()) > 1
        if line.start() in soap:
            yield soap[line.start()]
        elif line.start() in alone:
            yield Header(line.start(), line.end(), UNKNOWN)
        else:
            yield from _line_headers(line.group(), line.start(), is_open or is_blank_above, is_blank_above)
        stripped = line.group().rstrip()
        is_open = not stripped or stripped[-1] in ".:;!?-=*_#"
        end_before = line.end() if stripped else end_before


def _find_soap(text: str) -> dict[int, Header]:
    """Headers of one letter by the start of their line."""
    found = list(_SOAP.finditer(text))
    if len({match[1] for match in found}) < _SOAP_LETTERS:
        return {}
    kinds = [(match, find_kind(match[1])) for match in found]
    return {match.start(): Header(match.start(), match.end(), kind) for match, kind in kinds if kind is not None}


def _find_alone(text: str) -> set[int]:
    """Starts of the lines that only look like headers ("Where I stand"), in a note whose known headers look the same: a
    few words after the end of a sentence, over a longer line."""
    lines = [line for line in _LINE.finditer(text) if not line.group().isspace()]
    found = [
        line
        for line, below, above in zip(lines, lines[1:], (None, *lines), strict=False)
        if _ALONE.fullmatch(line.group())
        and (above is None or above.group().rstrip()[-1] in ".!?")
        and len(below.group().strip()) > len(line.group().strip())
    ]
    unknown = {line.start() for line in found if find_kind(line.group()) is None and guess_kind(line.group()) is None}
    return unknown if len(found) - len(unknown) >= _FEWEST_ALONE else set()


def _line_headers(line: str, offset: int, is_open: bool, is_blank_above: bool) -> Iterator[Header]:
    first = _leading_header(line, is_open, is_blank_above) or _label(line)
    done = first.end if first else 0
    found = [] if first is None else [first]
    found += [header for header in _inner_headers(line) if header.start >= done]
    found += [header for header in _dictated_headers(line) if header.start >= done]
    last = 0
    for header in sorted(found):
        if header.start >= last:
            last = header.end
            yield Header(header.start + offset, header.end + offset, header.kind)


def _leading_header(line: str, is_open: bool, is_blank_above: bool) -> Header | None:
    """A header at the start of a line: closed by a colon, a spaced dash, a tab or the end of the line."""
    marks = _MARKS.match(line)
    start = marks.end() if marks else 0
    opens_at = len(line) - len(line.lstrip())
    window = line[: start + _MAX_HEADER]
    is_listed = bool(marks and marks.group().strip(" \t#*_=[<~"))
    is_marked = bool(_MARKDOWN.match(line))
    for separator in list(_SEPARATOR.finditer(window, start))[:3]:
        if separator.end() == len(window) < len(line) and not separator.group().strip():
            break
        name = line[start : separator.start()]
        closes = separator.group().strip(" *_]>~=#")
        is_alone = closes.startswith(":") or (is_blank_above and separator.end() == len(line))
        kind = find_kind(name) or (guess_kind(name) if is_alone else None)
        if kind is None:
            continue
        if _is_written_as_header(name, kind, closes, is_listed, is_open or is_marked, is_marked):
            return Header(opens_at, separator.end(), kind)
    return _bare_header(line, opens_at, start) or (
        _unknown_header(line, start) if is_blank_above or is_marked else None
    )


def _bare_header(line: str, opens_at: int, start: int) -> Header | None:
    match = _BARE.match(line, start)
    kind = find_kind(match.group()) if match else None
    return Header(opens_at, match.end(), kind) if match and kind else None


def _is_written_as_header(
    name: str, kind: HeaderKind, closes: str, is_listed: bool, is_open: bool, is_marked: bool
) -> bool:
    name = name.strip()
    if len(name) == 1:
        return name.isupper() and not is_listed and closes in (":", "")
    if closes.startswith(":"):
        return True
    if kind in (SYSTEM, SectionKind.OTHER) or is_listed:
        return name.isupper() or (is_marked and not closes)
    return name.isupper() or is_open or (name[0].isupper() and bool(closes))


def _unknown_header(line: str, start: int) -> Header | None:
    match = _SHOUTED.match(line, start)
    if match is None:
        return None
    colon = line.find(":", match.end() - 1, match.end() + 2)
    if colon >= 0 and find_kind(line[start:colon]) is None:
        return Header(start, colon + 1, UNKNOWN)
    return None


def _label(line: str) -> Header | None:
    match = _LABELLED.match(line) or BULLET.match(line)
    return Header(0, match.end(), LABEL) if match else None


def _inner_headers(line: str) -> Iterator[Header]:
    """Headers inside a line: after the end of a sentence ("PMH: HTN. Meds: none") or in capitals ("CC: cough HPI:")."""
    position = line.find(":")
    while position >= 0:
        tail = _TAIL.search(line[max(0, position - _MAX_HEADER) : position])
        if tail:
            yield from _inner_header(line, position, position - len(tail.group()))
        position = line.find(":", position + 1)


def _inner_header(line: str, colon: int, start: int) -> Iterator[Header]:
    before = line[max(0, start - 4) : start].rstrip()
    words = list(re.finditer(r"\S+", line[start:colon]))
    for index, word in enumerate(words[-6:]):
        name = line[start + word.start() : colon]
        opens = index == 0 and len(words) <= 6 and before[-1:] in (".", "!", "?", "|", "")
        opens = opens or (index == 0 and before[-1:] == ";" and name[:1].isupper())
        if (opens or (name.isupper() and len(name) > 1)) and (kind := find_kind(name)) is not None:
            yield Header(start + word.start(), colon + 1, kind)
            return


def _dictated_headers(line: str) -> Iterator[Header]:
    """Headers spoken as sentences: "Past medical history. Significant for ..."."""
    for match in _DICTATED.finditer(line):
        name = match.group(1)
        kind = find_kind(name)
        if kind is None or kind in (SYSTEM, SectionKind.OTHER):
            continue
        if " " in name or name.lower() in _DICTATED_WORDS:
            yield Header(match.start(1), match.end(), kind)
