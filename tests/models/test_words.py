"""Words compare equal when clinicians use them for the same thing, and keep their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.coding.words import normalize_word, read_words

SAME = [
    ("Ischaemic", "ischemia"),
    ("haematuria", "hematuria"),
    ("oedema", "edema"),
    ("leukocytosis", "leucocytosis"),
    ("metastases", "metastasis"),
    ("tumours", "tumor"),
    ("renal", "kidney"),
    ("oesophageal", "esophagus"),
    ("diarrhoea", "diarrhea"),
    ("dyspnoea", "dyspnea"),
    ("fractured", "fractures"),
    ("Crohn’s", "Crohn"),
    ("hypertensive", "hypertension"),
    ("type II", "type 2"),
    ("Stage: III", "stage 3"),
    ("factor VIII", "factor 8"),
    ("b/l", "bilateral"),
    ("w/o fever", "without fever"),
    ("CKD d/t HTN", "CKD HTN"),
    ("paroxysmal AF", "paroxysmal atrial fibrillation"),
    ("CKD3a", "chronic kidney disease, stage 3a"),
    ("DM2 w/ nephropathy", "type 2 diabetes with nephropathy"),
    ("obesity cls 1", "Obesity class I"),
]
DIFFERENT = [
    ("hypertension", "hypotension"),
    ("type 1", "type 2"),
    ("left", "right"),
    ("acute", "chronic"),
    ("IV", "4"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_variants_are_one(one: str, other: str) -> None:
    assert read_words(one).stems == read_words(other).stems != ()


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_opposites_stay_apart(one: str, other: str) -> None:
    assert read_words(one).stems != read_words(other).stems


@pytest.mark.parametrize("word", ["of", "The", "with", "unspecified", "NOS"])
def test_words_without_content_are_dropped(word: str) -> None:
    assert normalize_word(word) == ""


@pytest.mark.parametrize("text", ["2. Diabetes", "Diabetes, 2", "10 diabetes", "diabetes. 2"])
def test_a_number_that_numbers_nothing_is_no_word(text: str) -> None:
    assert read_words(text).stems == read_words("diabetes").stems


@given(st.text(max_size=200))
def test_offsets_slice_to_the_words(text: str) -> None:
    words = read_words(text)
    for stem, start, end in zip(words.stems, words.starts, words.ends, strict=True):
        assert stem.isdigit() or normalize_word(text[start:end]) == stem


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_part_is_read_in_place(before: str, text: str) -> None:
    whole = f"{before} {text}"
    part = read_words(whole, len(before) + 1)
    assert part.stems == read_words(text).stems
    assert all(start > len(before) for start in part.starts)
