"""The note as it is read: exact text, lists under an introducing line, and bounded work on any input."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.notes import Note, Span
from models.coding.assertion import Assertion, assert_span
from models.coding.document import Sentence, read_note


def _read(text: str) -> tuple[Sentence, ...]:
    sentences: tuple[Sentence, ...] = read_note(Note(document_id="d1", text=text))._.sentences
    return sentences


def _assertion(text: str, words: str) -> Assertion:
    start = text.index(words)
    sentence = next(place for place in _read(text) if place.span.start <= start < place.span.end)
    return assert_span(Span(start=start, end=start + len(words)), sentence.scopes, sentence.section.kind)


@pytest.mark.parametrize(
    "text", ["a", "  x \r\n\r\n y\t", "e\u0301 😀  fièvre\n", "\u2028a\x0bb\x85c", "\x01\x02 \ufffd"]
)
def test_the_document_holds_the_text(text: str):
    assert read_note(Note(document_id="d1", text=text)).text == text


@given(st.text(min_size=1, max_size=300).filter(lambda text: text.strip() and "\x00" not in text))
def test_offsets_are_exact(text: str):
    doc = read_note(Note(document_id="d1", text=text))
    assert doc.text == text
    for sentence in doc._.sentences:
        assert sentence.quote == text[sentence.span.start : sentence.span.end]
    assert len(doc.spans["sections"]) == len(doc._.sections)
    assert len(doc.spans["sentences"]) == len(doc._.sentences)


def test_sentences_know_their_section():
    assert [str(sentence.section.kind) for sentence in _read("PMH: HTN\nPlan: rest")] == ["history", "plan"]


def test_an_introducing_line_speaks_of_its_list():
    text = "Denies:\n- fever\n- chills\n\nHas cough."
    assert _assertion(text, "fever").is_negated
    assert _assertion(text, "chills").is_negated
    assert _assertion(text, "cough").is_plain


def test_a_plain_introduction_says_nothing():
    text = "Reports the following:\n- fever"
    assert _assertion(text, "fever").is_plain


def test_an_answered_question():
    assert _assertion("Any chest pain? No. Some cough.", "chest pain").is_negated
    assert not _assertion("Any chest pain? Yes.", "chest pain").is_negated


def test_the_section_asserts():
    text = "FH: breast cancer\nDDx: asthma"
    assert _assertion(text, "breast cancer").is_family
    assert _assertion(text, "asthma").is_uncertain


def test_the_repr_of_a_sentence_hides_its_text():
    assert "HTN" not in repr(_read("PMH: HTN")[0])


@pytest.mark.parametrize(
    "piece", ["x", "a b:", "?:;-.\t", " no", "? ", "Abc def. ", "\n", "[ ]", "PMH: ", "(", ", and "]
)
def test_work_stays_linear(piece: str):
    text = "a" + piece * (50_000 // len(piece))
    started = time.process_time()
    for sentence in _read(text):
        assert len(sentence.scopes) <= sentence.span.end - sentence.span.start
    assert time.process_time() - started < 3
