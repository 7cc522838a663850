"""Reads the code references inside a note: `(E11.-)`, `(T36-T50 with fifth or sixth character 5)`."""

import re
from collections.abc import Iterator

from data.code_notes import CodeRange

_CODE = r"[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])(?:\.[0-9A-Z]{0,4})?(?![0-9A-Za-z])(?:[.]?-(?![A-Z0-9.]))?"
_REFERENCE = re.compile(rf"\b({_CODE})(?:\s*(?:-|to)\s*({_CODE}))?")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_WITH_SUFFIX = re.compile(r"with (?:final characters? )?\.[0-9]")
_SUFFIX = re.compile(r"\.([0-9A-Z]{1,4})(?:-\.([0-9]{1,4}))?")
_ORDINALS = {"fifth": 5, "5th": 5, "sixth": 6, "six": 6, "6th": 6, "seventh": 7, "7th": 7}
_ORDINAL = "|".join(_ORDINALS)
_POSITION = re.compile(rf"with ({_ORDINAL})(?: (or|to) (?:{_ORDINAL}))?[ -]characters? \.?([0-9A-Z].*)")
_FINAL = re.compile(r"with final characters? -?([0-9]{1,2})")
_VALUES = re.compile(r"\b([0-9A-Z])(?:-([0-9]))?\b")
# Initial and subsequent encounters for open fractures in the seventh-character tables of S52, S72 and S82.
_OPEN_FRACTURE = ".{6}[BCEFHJMNQR]"
# A range is compared as text. D3A, though printed between D36 and D37, is no part of D37-D44.
_NARROWED = {("D37", "D44"): "(?!D3A).*"}


def parse_code_ranges(text: str) -> tuple[CodeRange, ...]:
    """The codes that a note names, in order; a condition ("with ...") holds for its whole parenthesis."""
    outside = _PARENTHESES.sub(" ", text)
    return tuple(dict.fromkeys(found for part in (*_PARENTHESES.findall(text), outside) for found in _ranges(part)))


def _ranges(part: str) -> Iterator[CodeRange]:
    condition = _condition(part)
    for match in _REFERENCE.finditer(part):
        first, last = _compact(match[1]), _compact(match[2] or match[1])
        yield CodeRange(first, last, condition or _NARROWED.get((first, last), ""))


def _compact(written: str) -> str:
    return written.replace(".", "").rstrip("-")


def _condition(part: str) -> str:
    """A regular expression over the whole compact code; empty when the part sets no condition."""
    start = part.find("with")
    if start < 0:
        return ""
    clause = part[start:].strip()
    if _WITH_SUFFIX.match(clause):
        return "...(?:" + "|".join(value for pair in _SUFFIX.findall(clause) for value in _span(*pair)) + ").*"
    if final := _FINAL.fullmatch(clause):
        return f".{{4}}{final[1]}" if len(final[1]) == 2 else _fifth_or_sixth(f"[{final[1]}]")
    if "open fracture 7th character" in clause:
        return _OPEN_FRACTURE
    position = _POSITION.fullmatch(clause)
    return _at(_ORDINALS[position[1]], position[2], position[3]) if position else ""


def _at(place: int, joined_by: str | None, written: str) -> str:
    if joined_by == "to":
        return f".{{{place - 1}}}{written}.*"
    values = "[" + "".join(value for pair in _VALUES.findall(written) for value in _span(*pair)) + "]"
    return _fifth_or_sixth(values) if joined_by else f".{{{place - 1}}}{values}.*"


def _fifth_or_sixth(values: str) -> str:
    """The sixth character, or the fifth where a placeholder X or nothing follows it: the intent of a T36-T65 code."""
    return f".{{4}}(?:{values}(?:X.?)?|.{values}.?)"


def _span(first: str, last: str) -> list[str]:
    if not last:
        return [first]
    return [str(value).zfill(len(first)) for value in range(int(first), int(last) + 1)]
