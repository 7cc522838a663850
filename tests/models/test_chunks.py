"""Chunks are exact places of the text, without overlap, about one finding each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.notes import Span
from models.coding.chunks import MAX_WORDS, find_chunks

CASES = [
    ("Fever, chills and cough for three days", ["Fever", "chills", "cough", "three days"]),
    ("CT showed a fracture of the left radius", ["CT", "a fracture of the left radius"]),
    ("HTN", ["HTN"]),
    ("BP 120/80", ["BP 120"]),
    ("12.5", []),
]


def chunks(text: str) -> list[str]:
    return [span.slice(text) for span in find_chunks(text, Span(start=0, end=len(text)))]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_chunks(text: str, expected: list[str]) -> None:
    assert chunks(text) == expected


@given(st.text(min_size=1, max_size=300))
def test_chunks_are_ordered_places_without_blanks_around(text: str) -> None:
    end = 0
    for span in find_chunks(text, Span(start=0, end=len(text))):
        assert end <= span.start < span.end <= len(text)
        assert span.slice(text) == span.slice(text).strip()
        assert len(span.slice(text).split()) <= 4 * MAX_WORDS + 40
        end = span.end
