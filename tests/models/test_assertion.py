"""Assertion, by a table of invented sentences (assertion_probes.txt) and by properties."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.notes import Span
from models.coding.assertion import Assertion, assert_span, find_scopes
from models.coding.cues import find_cues, find_tokens
from models.coding.headers import SectionKind
from models.coding.sections import Section
from models.coding.sentences import find_sentences

_FLAGS = dict(zip("nhyfu", ("negated", "historical", "hypothetical", "family", "uncertain"), strict=True))
_PROBE = re.compile(r"\{([^{}]*):([nhyfu-]+)\}")


def _probes() -> Iterator[tuple[str, str, Span, set[str]]]:
    """Each finding of the table: its section, its text without marks, its place, and what is said of it."""
    for line in (Path(__file__).parent / "assertion_probes.txt").read_text("utf8").splitlines():
        if not line or line.startswith("#"):
            continue
        section, separator, marked = line.partition("|")
        section, marked = (section, marked) if separator else (SectionKind.HPI, line)
        text, spans = "", []
        for index, part in enumerate(re.split(r"(\{[^{}]*\})", marked)):
            match = _PROBE.fullmatch(part) if index % 2 else None
            if match:
                span = Span(start=len(text), end=len(text) + len(match[1]))
                spans.append((span, {_FLAGS[flag] for flag in match[2] if flag != "-"}))
            text += match[1] if match else part
        yield from ((section, text, span, expected) for span, expected in spans)


def _assert(text: str, span: Span, kind: SectionKind) -> Assertion:
    whole = Section(kind, None, Span(start=0, end=len(text)))
    sentence = next(place for place in find_sentences(text, (whole,)) if place.start <= span.start < place.end)
    return assert_span(span, find_scopes(find_tokens(text, sentence.start, sentence.end), kind), kind)


def _flags(assertion: Assertion) -> set[str]:
    return {flag for flag in _FLAGS.values() if getattr(assertion, f"is_{flag}")}


@pytest.mark.parametrize(
    ("section", "text", "span", "expected"),
    [pytest.param(*probe, id=f"{index}-{probe[2].slice(probe[1])}") for index, probe in enumerate(_probes())],
)
def test_probe(section: str, text: str, span: Span, expected: set[str]):
    assert _flags(_assert(text, span, SectionKind(section))) == expected


def test_the_table_is_broad():
    probes = list(_probes())
    assert len(probes) >= 200
    assert {flag for *_, expected in probes for flag in expected} == set(_FLAGS.values())


@pytest.mark.parametrize(
    ("text", "word", "is_managed"),
    [
        ("History of hypertension on lisinopril.", "hypertension", True),
        ("History of hypertension, well controlled.", "hypertension", True),
        ("Continue metformin for diabetes.", "diabetes", True),
        ("History of pneumonia.", "pneumonia", False),
    ],
)
def test_current_treatment_shows(text: str, word: str, is_managed: bool):
    start = text.index(word)
    assertion = _assert(text, Span(start=start, end=start + len(word)), SectionKind.HPI)
    assert assertion.is_managed is is_managed


def test_a_cue_inside_the_mention_says_nothing_about_it():
    text = "Diabetes without complications."
    assert _assert(text, Span(start=0, end=len(text) - 1), SectionKind.HPI).is_plain


def test_the_cue_is_named():
    text = "Denies fever."
    cue = _assert(text, Span(start=7, end=12), SectionKind.HPI).cue
    assert cue is not None
    assert cue.slice(text) == "Denies"


@given(st.text(st.sampled_from("no denies fever, ;but?-+[x]():/ \n12éñ\u0301😀") | st.characters(), max_size=200))
def test_scopes_and_cues_lie_in_the_text(text: str):
    tokens = find_tokens(text)
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
    for match in find_cues(tokens):
        assert 0 <= match.first < match.last <= len(tokens)
    for scope in find_scopes(tokens, SectionKind.ROS):
        assert 0 <= scope.start < scope.end <= len(text)
        assert 0 <= scope.cue.start < scope.cue.end <= len(text)
        assert not (scope.start < scope.cue.end and scope.cue.start < scope.end)


@given(st.lists(st.sampled_from(["fever", "chills", "cough", "rash", "nausea"]), min_size=1, max_size=5))
def test_a_denied_list_is_denied_whole(findings: list[str]):
    text = f"Denies {', '.join(findings)} or pain, but reports fatigue."
    for finding in (*findings, "pain"):
        start = text.index(finding)
        assert _assert(text, Span(start=start, end=start + len(finding)), SectionKind.HPI).is_negated
    start = text.index("fatigue")
    assert _assert(text, Span(start=start, end=start + 7), SectionKind.HPI).is_plain
