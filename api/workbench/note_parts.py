"""Cuts a note where marks and headings begin and end, so that a page can set every run apart."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from api.workbench.coding_views import NotePart
from data.notes import Span
from data.suggestions import Evidence, Suggestion, SuggestionSet


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
    """Marks of one document, named as the rows of the page are."""
    return [
        Mark(Span(start=evidence.start, end=evidence.end), ref)
        for ref, evidences in _evidence_by_ref(suggestions)
        for evidence in evidences
        if evidence.document_id == document_id
    ]


def name_suggestions(suggestions: SuggestionSet) -> list[tuple[str, Suggestion]]:
    """s1, s2... for suggestions and c3, c4... for candidates, numbered together."""
    return [
        (f"{suggestion.tier.value[0]}{number}", suggestion)
        for number, suggestion in enumerate(suggestions.suggestions, start=1)
    ]


def _evidence_by_ref(suggestions: SuggestionSet) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Withheld codes are w1, w2... and queries q1, q2..."""
    yield from ((ref, suggestion.evidence) for ref, suggestion in name_suggestions(suggestions))
    yield from ((f"w{number}", item.evidence) for number, item in enumerate(suggestions.withheld, start=1))
    yield from ((f"q{number}", item.evidence) for number, item in enumerate(suggestions.queries, start=1))


def _covers(span: Span, start: int, end: int) -> bool:
    return span.start <= start and end <= span.end
