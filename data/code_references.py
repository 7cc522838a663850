"""Reads the code references inside a note: `(E11.-)`, `(T36-T50 with fifth or sixth character 5)`."""

import re

from data.code_notes import CodeRange

_CODE = r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{0,4})?(?![0-9A-Za-z])(?:[.]?-(?![A-Z0-9.]))?"
_REFERENCE = re.compile(rf"\b({_CODE})(?:\s*(?:-|to)\s*({_CODE}))?")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_SUFFIX = re.compile(r"\.([0-9A-Z]{1,4})(?:-\.([0-9]{1,4}))?")
_ORDINALS = {"fifth": 5, "5th": 5, "sixth": 6, "six": 6, "6th": 6, "seventh": 7, "7th": 7}
_ORDINAL = "|".join(_ORDINALS)
_POSITION = re.compile(rf"with ({_ORDINAL})(?:(?: or | to )({_ORDINAL}))?[ -]characters? \.?(.+)")
_FINAL = re.compile(r"with final characters? (.+)")
_OPEN_FRACTURE = "[BCEFHJMNQR]"
_VALUES = re.compile(r"([0-9A-Z]+)(?:-([0-9]))?")


def parse_code_ranges(text: str) -> tuple[CodeRange, ...]:
    """The codes that a note names, in order; one condition ("with ...") holds for its whole parenthesis."""
    found: list[CodeRange] = []
    for inside in _PARENTHESES.findall(text) or [text]:
        condition = _condition(inside)
        for match in _REFERENCE.finditer(inside):
            first = _compact(match[1])
            found.append(CodeRange(first, _compact(match[2] or match[1]), condition))
    return tuple(dict.fromkeys(found))


def _compact(written: str) -> str:
    return written.replace(".", "").rstrip("-")


def _condition(inside: str) -> str:
    start = inside.find("with")
    if start < 0:
        return ""
    clause = inside[start:].strip()
    if position := _POSITION.fullmatch(clause):
        return _position_condition(position)
    if "open fracture" in clause:
        return f".{{6}}{_OPEN_FRACTURE}"
    if suffixes := _SUFFIX.findall(clause):
        return "...(?:" + "|".join(value for pair in suffixes for value in _span(*pair)) + ").*"
    if final := _FINAL.fullmatch(clause):
        return f".*(?:{final[1].lstrip('-')})"
    return ""


def _position_condition(match: re.Match[str]) -> str:
    first, second, written = _ORDINALS[match[1]], match[2], match[3]
    before = f".{{{first - 1}}}"
    if " to " in match[0]:
        return f"{before}{written.strip()}.*"
    if "intent" in written:
        return ""
    values = "[" + "".join(value for pair in _VALUES.findall(written) for value in _span(*pair)) + "]"
    if second:  # the sixth character, or the fifth where a placeholder X or nothing follows it
        return f"{before}(?:{values}(?:X.?)?|.{values}.?)"
    return f"{before}{values}.*"


def _span(first: str, last: str) -> list[str]:
    if not last:
        return [first]
    return [str(value).zfill(len(first)) for value in range(int(first), int(last) + 1)]
