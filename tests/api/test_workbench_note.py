"""The note on the page: nothing lost, nothing shifted, every mark where its evidence is."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from api.workbench.formats import note_text
from api.workbench.note_parts import Mark, cut_note, find_marks
from data.notes import Span
from data.suggestions import Evidence, Query, SuggestionSet, Withheld, WithheldReason

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=60)


@st.composite
def marked_notes(draw: st.DrawFn) -> tuple[str, list[Mark], list[Span]]:
    text = draw(TEXT)
    spans = st.integers(0, len(text) - 1).flatmap(
        lambda start: st.integers(start + 1, len(text)).map(lambda end: Span(start=start, end=end))
    )
    marks = draw(st.lists(st.builds(Mark, spans, st.sampled_from(["s1", "s2", "w1", "q1"])), max_size=6))
    return text, marks, draw(st.lists(spans, max_size=2))


@given(marked_notes())
def test_parts_tile_the_note_and_cover_every_mark(note: tuple[str, list[Mark], list[Span]]) -> None:
    text, marks, headings = note
    parts = cut_note(text, marks, headings)
    assert "".join(part.text for part in parts) == text
    for part in parts:
        assert text[part.start : part.start + len(part.text)] == part.text
    for mark in marks:
        covered = [part for part in parts if mark.span.start <= part.start < mark.span.end]
        assert "".join(part.text for part in covered) == mark.span.slice(text)
        assert all(mark.ref in part.refs for part in covered)
    for part in parts:
        inside = {mark.ref for mark in marks if mark.span.start <= part.start < mark.span.end}
        assert set(part.refs) == inside


class _Reader(HTMLParser):
    """The text of a page, as a browser's parser gives it to scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


@given(TEXT)
def test_a_page_keeps_every_character_of_a_note(text: str) -> None:
    page = str(note_text(text))
    assert "\r" not in page
    assert "<" not in page
    if not any(character in text for character in "\x80\x9f\ufffe\uffff"):
        reader = _Reader()
        reader.feed(page)
        reader.close()
        assert _printable(reader.text) == _printable(text)


def _printable(text: str) -> str:
    """Python's parser drops some control characters that browsers keep."""
    return "".join(character for character in text if character.isprintable() or character in "\r\n\t")


def test_marks_are_of_their_document_and_named_by_kind() -> None:
    def evidence(document_id: str, start: int) -> Evidence:
        return Evidence(document_id=document_id, start=start, end=start + 1, quote="x")

    suggestions = SuggestionSet(
        encounter_id="e",
        suggestion_set_id="set",
        model_version="1",
        code_set_releases={},
        withheld=(
            Withheld(code="R05", reason=WithheldReason.NEGATED, evidence=(evidence("other", 0),)),
            Withheld(code="R05", reason=WithheldReason.NEGATED, evidence=(evidence("d", 1), evidence("d", 4))),
        ),
        queries=(Query(about="side", text="Which side?", evidence=(evidence("d", 2),)),),
    )
    assert find_marks(suggestions, "d") == [
        Mark(Span(start=1, end=2), "w2"),
        Mark(Span(start=4, end=5), "w2"),
        Mark(Span(start=2, end=3), "q1"),
    ]
