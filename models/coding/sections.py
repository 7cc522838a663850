"""Cuts a note into its sections, by the headers that people write and dictate."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from data.notes import Span
from models.coding.header_lines import BULLET, LABEL, UNKNOWN, Header, find_headers
from models.coding.headers import SYSTEM, HeaderKind, SectionKind

_PREOPERATIVE = re.compile(r"\W*pre", re.IGNORECASE)
_SAME = re.compile(r"\W*(?:same|unchanged|as above)\b", re.IGNORECASE)
# In these, a name that is no known header is a problem or a finding, not the start of something else.
_HOLDS_NAMES = frozenset(
    {
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_PLAN,
        SectionKind.PLAN,
        SectionKind.EXAM,
        SectionKind.ROS,
        SectionKind.PROBLEM_LIST,
        SectionKind.HOSPITAL_COURSE,
        SectionKind.DIAGNOSIS,
        SectionKind.IMPRESSION,
    }
)
_TOLD_IN_AN_ITEM = frozenset(
    {
        SectionKind.HISTORY,
        SectionKind.SURGICAL_HISTORY,
        SectionKind.SOCIAL_HISTORY,
        SectionKind.MEDICATIONS,
        SectionKind.ALLERGIES,
        SectionKind.ROS,
    }
)
# An examination that follows these without a header of its own opens with its first body system.
_BEFORE_EXAM = frozenset(
    {
        SectionKind.VITALS,
        SectionKind.MEDICATIONS,
        SectionKind.ALLERGIES,
        SectionKind.SOCIAL_HISTORY,
        SectionKind.FAMILY_HISTORY,
    }
)


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the note, from its header (when it has one) to the next section. Sections tile the note."""

    kind: SectionKind
    header: Span | None
    span: Span

    @property
    def body(self) -> Span | None:
        """What follows the header; None when nothing does."""
        start = self.header.end if self.header else self.span.start
        return Span(start=start, end=self.span.end) if start < self.span.end else None


def find_sections(text: str) -> tuple[Section, ...]:
    """The sections of the note in order; they cover it without overlap. Empty only for an empty text."""
    headers = list(_opening_headers(text))
    sections = []
    if text and (not headers or headers[0].start > 0):
        end = headers[0].start if headers else len(text)
        sections.append(Section(SectionKind.OTHER, None, Span(start=0, end=end)))
    ends = [*(header.start for header in headers[1:]), len(text)]
    for header, end in zip(headers, ends, strict=False):
        span = Span(start=header.start, end=header.end)
        sections.append(Section(SectionKind(header.kind), span, Span(start=header.start, end=end)))
    return _with_confirmed(text, tuple(sections))


def _with_confirmed(text: str, sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Preoperative diagnoses are the diagnoses where the postoperative ones are "same"."""
    is_same = any(
        one.kind is SectionKind.DIAGNOSIS and one.body and _SAME.match(text, one.body.start) for one in sections
    )
    if not is_same:
        return sections
    return tuple(
        replace(one, kind=SectionKind.DIAGNOSIS)
        if one.kind is SectionKind.INDICATION and one.header and _PREOPERATIVE.match(text, one.header.start)
        else one
        for one in sections
    )


def _opening_headers(text: str) -> Iterator[Header]:
    """The headers that open a section, their kinds settled by the section that they stand in."""
    current, ends_at_label = SectionKind.OTHER, False
    for header in find_headers(text):
        kind = (SectionKind.OTHER if ends_at_label else None) if header.kind == LABEL else _settle(header.kind, current)
        if kind is not None:
            current, ends_at_label = kind, _is_one_line(kind, header, text)
            yield header._replace(kind=kind)


def _is_one_line(kind: SectionKind, header: Header, text: str) -> bool:
    """Whether the section is told on the line of its header, so that the next label ends it: a family history, and
    what is an item of a list ("- PMH: asthma", "- R ear: cerumen")."""
    is_told = bool(text[header.end :].partition("\n")[0].strip())
    is_item = kind in _TOLD_IN_AN_ITEM and BULLET.match(text, header.start) is not None
    return is_told and (kind is SectionKind.FAMILY_HISTORY or is_item)


def _settle(kind: HeaderKind, current: SectionKind) -> SectionKind | None:
    if kind == SYSTEM:
        return SectionKind.EXAM if current in _BEFORE_EXAM else None
    if kind == UNKNOWN:
        return None if current in _HOLDS_NAMES else SectionKind.OTHER
    return SectionKind(kind)
