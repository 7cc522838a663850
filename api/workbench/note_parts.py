"""Cuts a note where marks and headings begin and end, so that a page can set every run apart."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from api.workbench.coding_views import NotePart
from data.notes import Span
from data.suggestions import Evidence, SuggestionSet


class Mark(NamedTuple):
    """A place in a note that row `ref` of the page points at."""

    span: Span
    ref: str


def cut_note(text: str, marks: Sequence[Mark], headings: Sequence[Span] = ()) -> tuple[NotePart, ...]:
    """Parts that follow each other without gap or overlap: joined, they are the note."""
    spans = [*(mark.span for mark in marks), *headings]
    borders = sorted({0, len(text), *(edge for span in spans for edge in (span.start, span.end))})
    return tuple(
        NotePart(
            text=text[start:end],
            start=start,
            refs=tuple(dict.fromkeys(mark.ref for mark in marks if _covers(mark.span, start, end))),
            is_heading=any(_covers(span, start, end) for span in headings),
        )
        for start, end in pairwise(borders)
    )


def find_marks(suggestions: SuggestionSet, document_id: str) -> list[Mark]:
    """Marks of one document: s1, s2... for suggestions, w1... for withheld codes, q1... for queries."""
    return [
        Mark(Span(start=evidence.start, end=evidence.end), f"{kind}{number}")
        for kind, all_evidence in _evidence_by_kind(suggestions).items()
        for number, evidences in enumerate(all_evidence, start=1)
        for evidence in evidences
        if evidence.document_id == document_id
    ]


def _evidence_by_kind(suggestions: SuggestionSet) -> dict[str, Iterable[tuple[Evidence, ...]]]:
    return {
        "s": [item.evidence for item in suggestions.suggestions],
        "w": [item.evidence for item in suggestions.withheld],
        "q": [item.evidence for item in suggestions.queries],
    }


def _covers(span: Span, start: int, end: int) -> bool:
    return span.start <= start and end <= span.end
