"""Sentences, by a table, and by the property that they are ordered, apart, trimmed and complete."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reference.rows import read_rows
from models.coding.sections import find_sections
from models.coding.sentences import MAX_SENTENCE, find_sentences


def _sentences(text: str) -> list[str]:
    return [span.slice(text) for span in find_sentences(text, find_sections(text))]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Seen by Dr. Smith at 3 p.m.", "She left."],
        ["Takes metformin 500 mg p.o. b.i.d. with food.", "No fever."],
        ["Lesion No. 3 was cut.", "Any fever?", "No."],
        ["See Fig. 2 for details."],
        ["A1c 7.2 and LDL 101.5 today.", "Repeat."],
        ["E. coli grew.", "Treated."],
        ["Low vitamin D.", "Start supplement."],
        ["Temp 38.5 C.", "Tachycardic."],
        ["no fever.", "denies cough."],
        ["Denies fever; chills; cough.", "Reports rash!"],
        ["COPD vs. asthma is likely."],
        ["Vascularity normal - ? thyroiditis.", "Repeat ?", "Yes."],
    ],
)
def test_sentences_of_a_line(sentences: list[str]):
    assert _sentences(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("1. HTN: stable.\n2. DM2\n3. CKD", ["1. HTN: stable.", "2. DM2", "3. CKD"]),
        ("- foo\r\n- bar; baz\r\n", ["- foo", "- bar; baz"]),
        ("HTN\nHyperlipidemia\nDM", ["HTN", "Hyperlipidemia", "DM"]),
        ("[ ] fever\n[x] cough", ["[ ] fever", "[x] cough"]),
        (
            "The patient is a man who presents today with pain in the left\nknee after a fall. He has\nno fever.",
            ["The patient is a man who presents today with pain in the left\nknee after a fall.", "He has\nno fever."],
        ),
        (
            "1 cellulitis L forearm after cat bite, hand surgery saw no joint involvement\n2 DM2 sugars high",
            ["1 cellulitis L forearm after cat bite, hand surgery saw no joint involvement", "2 DM2 sugars high"],
        ),
        (
            "1 more day of antibiotics for the cellulitis of her left forearm and then\n3 weeks of rest",
            ["1 more day of antibiotics for the cellulitis of her left forearm and then\n3 weeks of rest"],
        ),
        (
            "HTN w CKD4\niron def, Hgb 9.1, anemia of CKD, ferric carboxymaltose next wk\nAF rate ok"
            "\ngout quiet\nlungs ok, uses the tiotropium inhaler every day, no flares\nDM2 no meds\nobesity",
            [
                "HTN w CKD4",
                "iron def, Hgb 9.1, anemia of CKD, ferric carboxymaltose next wk",
                "AF rate ok",
                "gout quiet",
                "lungs ok, uses the tiotropium inhaler every day, no flares",
                "DM2 no meds",
                "obesity",
            ],
        ),
        ("Cough\n\nfever", ["Cough", "fever"]),
        ("PMH: HTN. Plan: rest", ["HTN.", "rest"]),
        ("a mass.The patient left", ["a mass.", "The patient left"]),
    ],
)
def test_lines(text: str, sentences: list[str]):
    assert _sentences(text) == sentences


@pytest.mark.parametrize("row", read_rows("stopped_abbreviations.tsv"), ids=lambda row: row["word"])
def test_no_sentence_ends_at_an_abbreviation_before_a_small_letter(row: dict[str, str]):
    text = f"taken {row['word']}. with food"
    assert _sentences(text) == [text]


def test_a_text_without_ends_is_cut():
    assert all(len(sentence) <= MAX_SENTENCE for sentence in _sentences("x" * (3 * MAX_SENTENCE)))


_PIECES = st.sampled_from(
    ["Dr. ", "PMH: ", "\r\n", "\n\n", "1. ", "- ", "Fever. ", "no.", " b.i.d. ", "😀", "e\u0301", "? ", "; "]
)


@given(st.lists(_PIECES | st.text(max_size=10), max_size=40).map("".join))
def test_sentences_lose_nothing_and_never_overlap(text: str):
    sections = find_sections(text)
    spans = find_sentences(text, sections)
    end = 0
    for span in spans:
        assert span.start >= end
        assert span.slice(text) == span.slice(text).strip()
        assert any(part.span.start <= span.start and span.end <= part.span.end for part in sections)
        end = span.end
    kept = sum(len("".join(span.slice(text).split())) for span in spans)
    bodies = sum(len("".join(part.body.slice(text).split())) for part in sections if part.body)
    assert kept == bodies
