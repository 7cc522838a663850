"""Where layout says more about what was done than the last header does.

A chief complaint is one line. A header covers its own paragraph: what stands below a blank line after "Indication: ..."
is no indication any more. Lines that begin with a time of day are a log of what was given and done. "Given:" and "Tx:"
open what was done.
"""

import re
from collections.abc import Iterator, Sequence

from models.coding.headers import SectionKind as Kind

# Lists that a note gives in passing, before it goes on without another header.
_PASSING = frozenset(
    {
        Kind.INDICATION,
        Kind.ALLERGIES,
        Kind.SOCIAL_HISTORY,
        Kind.FAMILY_HISTORY,
        Kind.SURGICAL_HISTORY,
        Kind.HISTORY,
        Kind.MEDICATIONS,
    }
)
_BLANK = re.compile(r"\n[ \t]*\r?\n")
_LOGGED = re.compile(r"[ \t]*(?:[01]?\d|2[0-3]):?[0-5]\d(?:[ \t]*[-–][ \t]*(?:[01]?\d|2[0-3]):?[0-5]\d)?[ \t]+[A-Za-z]")
_YEAR = re.compile(r"[ \t]*(?:19|20)\d\d[ \t]+[A-Za-z]")
_DONE_LABELS = (
    "given|given today|administered|administered today|vaccines? given|vaccines? administered|immunizations? given"
    "|immunizations? administered|meds given|medications given|medications administered|tx|treatment today|rx today"
    "|treatment rendered|treatment provided|treatment given|interventions?|services provided|services today|proc"
    "|sl inj|in[- ]office procedures?|procedures? today|performed today|done today|administration"
)
_OPENS = re.compile(rf"[ \t]*(?:[-*•][ \t]*)?(?:{_DONE_LABELS})[ \t]*:", re.IGNORECASE)
_LABELLED = re.compile(r"[ \t]*[A-Z][A-Za-z/&' ]{0,30}:(?!\d)")


def relabel(text: str, places: Sequence[tuple[int, int]], kinds: Sequence[str]) -> list[str]:
    """The kinds of the sentences at `places`, in order of their start, with what the layout changes."""
    return list(_relabel(text, places, kinds))


def _relabel(text: str, places: Sequence[tuple[int, int]], kinds: Sequence[str]) -> Iterator[str]:
    """`turned`: what a paragraph break or an opening label made of the section, until another begins."""
    turned: str | None = None
    before = ""
    last_end = 0
    for (start, end), kind in zip(places, kinds, strict=True):
        gap = text[last_end:start]
        line = text[text.rfind("\n", 0, start) + 1 : end]
        is_new_line = "\n" in gap or start == 0
        if kind != before:
            turned = None
        elif _BLANK.search(gap):
            turned = str(Kind.OTHER) if kind in _PASSING or turned == Kind.OTHER else None
        elif is_new_line and kind == Kind.CHIEF_COMPLAINT:
            turned = str(Kind.OTHER)
        elif is_new_line and turned == Kind.PROCEDURE and _LABELLED.match(line):
            turned = None
        if _OPENS.match(line) and kind != Kind.PROCEDURE:
            turned = str(Kind.PROCEDURE)
        before, last_end = kind, end
        yield str(Kind.PROCEDURE) if _is_logged(line) else turned or kind


def _is_logged(line: str) -> bool:
    """Whether the line begins with a time of day, "1025-1057 pembrolizumab 200 mg IV", and not with a year."""
    return bool(_LOGGED.match(line)) and not _YEAR.match(line)
