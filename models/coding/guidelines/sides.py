"""Codes that differ from one another in one word only: the side of the body, or the trimester."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from data.codeset import CodeSet

_SIDE = re.compile(r"\b(right|left|bilateral|both)\b", re.IGNORECASE)
_TRIMESTER = re.compile(r"\b(first|second|third|unspecified) trimester\b")
_STATE = re.compile(
    r",? ?(?:complicating|in) (?:pregnancy|childbirth)(?! and|, childbirth)"
    r"|,? (?:first|second|third|unspecified) trimester",
    re.IGNORECASE,
)
_SIDE_WORDS = re.compile(
    r"\b(?:right|left|bilateral|both|unilateral|unspecified|side|of|the|in)\b|[,\s]+", re.IGNORECASE
)
_SIDE_PHRASE = re.compile(r",\s*(?:right|left|unspecified|bilateral)(?: [a-z]+){0,3}(?=,|$)")
_MAX_CLIMB = 3


@lru_cache(maxsize=4096)
def find_sided(compact: str, code_set: CodeSet) -> Mapping[str, str]:
    """The codes of the same condition by side: `right`, `left`, `bilateral`, and `unspecified` for no side.

    Empty when the condition has no sides.
    """
    entry = code_set.find(compact)
    if entry is None:
        return {}
    found: dict[str, str] = {}
    for family in _families(compact, code_set):
        is_nearest = not found
        found = _by_side(entry.term, family, code_set, is_nearest) | found
    return found if {"right", "left"} <= found.keys() else {}


def find_side(term: str) -> str:
    match = _SIDE.search(term)
    return "unspecified" if match is None else match[1].lower().replace("both", "bilateral")


def find_trimester_code(compact: str, trimester: str, code_set: CodeSet) -> str | None:
    """The code of the same condition in the trimester `first`, `second` or `third`."""
    entry = code_set.find(compact)
    if entry is None or not _TRIMESTER.search(entry.term):
        return None
    wanted = _TRIMESTER.sub(f"{trimester} trimester", entry.term)
    for family in _families(compact, code_set):
        for code in family:
            if code_set.get(code).term == wanted:
                return code
    return None


def find_childbirth_code(compact: str, code_set: CodeSet) -> str | None:
    """The code of the same condition of a pregnancy when it complicates the delivery."""
    entry = code_set.find(compact)
    if entry is None or "childbirth" in entry.term:
        return None
    wanted = _STATE.sub("", entry.term)
    for family in _families(compact, code_set):
        for code in family:
            term = code_set.get(code).term
            if "childbirth" in term and _STATE.sub("", term) == wanted:
                return code
    return None


def body_part(term: str) -> str:
    """The words after the side: "ankle" of "Sprain of ligament of right ankle, initial encounter"."""
    match = re.search(r"\b(?:right|left) ([a-z ]+)", term)
    return match[1].strip() if match else ""


def _families(compact: str, code_set: CodeSet) -> Iterator[tuple[str, ...]]:
    """The billable codes under the parent, then under its parent, and so on within the category."""
    above = [code for code in code_set.ancestors(compact) if code in code_set]
    first = 1 if len(compact) == 7 else 0
    for head in above[first : first + _MAX_CLIMB]:
        yield code_set.billable_under(head)


def _by_side(term: str, family: tuple[str, ...], code_set: CodeSet, is_nearest: bool) -> dict[str, str]:
    """Terms equal but for their side; among the nearest codes also but for its part ("right ear", "bilateral")."""
    found: dict[str, str] = {}
    for code in family:
        other = code_set.get(code).term
        if _key(other) == _key(term) or (is_nearest and _key(_bare(other)) == _key(_bare(term))):
            found.setdefault(find_side(other), code)
    return found


def _bare(term: str) -> str:
    return _SIDE_PHRASE.sub("", term.lower())


def _key(term: str) -> str:
    return " ".join(_SIDE_WORDS.sub(" ", term.lower()).split())
