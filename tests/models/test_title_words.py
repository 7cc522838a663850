"""What notes write for the words of code titles, and for which codes it counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.codeset import CodeSet
from data.reference.rows import read_rows
from models.coding.siblings import Families
from models.coding.title_words import add_title_words, find_title_words
from models.coding.words import read_words

# (text, category, words that are added)
CASES = [
    ("puncture wound of the long finger", "S61", "middle finger"),
    ("a long cut over the finger", "S61", ""),
    ("discitis at L3-4", "M46", "lumbar region"),
    ("discitis at L5-S1", "M46", "lumbosacral region"),
    ("discitis at C5-6", "M46", "cervical region"),
    ("T1 diabetes", "E10", ""),
    ("POAG OD mod stage", "H40", "right eye moderate"),
    ("metformin once daily OD", "M17", ""),
    ("nondisp fx", "S92", "nondisplaced"),
    ("displaced fx", "S92", ""),
    ("mass, UOQ", "C50", "upper outer quadrant"),
    ("BCC of the nasal ala", "C44", "basal cell cancer nose"),
    ("nasal congestion", "J34", ""),
    ("supraglottic SCC", "C32", "supraglottis"),
    ("level II node", "C77", "head face neck"),
    ("level of pain", "C77", ""),
    ("ulcer with subQ fat", "L97", "fat layer exposed"),
    ("DTI of the heel", "L89", "pressure-induced deep tissue damage"),
]


@pytest.mark.parametrize(("text", "category", "added"), CASES)
def test_words_of_titles(text: str, category: str, added: str) -> None:
    words = read_words(text)
    found = tuple(find_title_words(text, 0, len(text)))
    extra = set(add_title_words(words, found, category).stems) - set(words.stems)
    assert extra == set(read_words(added).stems) - set(words.stems)


def test_the_longest_phrase_counts() -> None:
    text = "deep tissue pressure injury"
    (found,) = (one for one in find_title_words(text, 0, len(text)) if "L89" in one.prefixes)
    assert text[found.start : found.end] == text


@given(st.text(max_size=80), st.integers(0, 40))
def test_words_lie_in_the_stretch(text: str, start: int) -> None:
    start = min(start, len(text))
    found = tuple(find_title_words(text, start, len(text)))
    assert all(start <= one.start < one.end <= len(text) for one in found)
    words = add_title_words(read_words(text, start), found, "S61")
    assert list(words.starts) == sorted(words.starts)


def test_every_word_stands_in_a_title_that_it_is_for(icd10cm: CodeSet) -> None:
    families = Families(icd10cm)
    categories = sorted({code[:3] for code in icd10cm.codes})
    for row in read_rows("title_words.tsv"):
        prefixes = tuple(row["codes"].split())
        known = {stem for one in categories if one.startswith(prefixes) for stem in families.get(one).words}
        assert known & set(read_words(row["words"]).stems), row
