"""Terms are found as bags of words near each other; compared with a search that tries every term."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.coding.lexicon import Lexicon, TermSource
from models.coding.words import read_words

TERMS = [
    ("diabetes mellitus type 2", "E119", TermSource.TITLE),
    ("diabetes", "E119", TermSource.INDEX),
    ("diabetes", "E109", TermSource.INDEX),
    ("malignant neoplasm of lung", "C3490", TermSource.TITLE),
    ("pain in left knee", "M25562", TermSource.TITLE),
    ("pain in right knee", "M25561", TermSource.TITLE),
    ("DVT", "I82409", TermSource.SYNONYM),
]
FOUND = [
    ("type 2 diabetes", "E119"),
    ("Diabetes mellitus, type 2, on metformin", "E119"),
    ("neoplasm of the lung, malignant", "C3490"),
    ("pulmonary malignant neoplasm", "C3490"),
    ("left knee pain", "M25562"),
    ("DVT of the leg", "I82409"),
]
NOT_FOUND = [
    ("type of insulin: 2 units", "E119"),
    ("left knee pain", "M25561"),
    ("malignant", "C3490"),
    ("knee swollen after a long walk, with the left ankle in a cast and some pain", "M25562"),
    ("", "E119"),
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.build([(read_words(text), code, source) for text, code, source in TERMS])


def find_codes(lexicon: Lexicon, text: str) -> set[str]:
    return {code for match in lexicon.find_terms(read_words(text)) for code, _ in lexicon.codes_of(match.bag)}


@pytest.mark.parametrize(("text", "code"), FOUND)
def test_order_and_spelling_do_not_matter(lexicon: Lexicon, text: str, code: str) -> None:
    assert code in find_codes(lexicon, text)


@pytest.mark.parametrize(("text", "code"), NOT_FOUND)
def test_all_words_must_stand_close(lexicon: Lexicon, text: str, code: str) -> None:
    assert code not in find_codes(lexicon, text)


def test_a_term_of_two_codes_names_both(lexicon: Lexicon) -> None:
    assert find_codes(lexicon, "diabetes") == {"E119", "E109"}


def test_saved_and_loaded_it_finds_the_same(lexicon: Lexicon, tmp_path: Path) -> None:
    lexicon.save(tmp_path / "lexicon.npz")
    loaded = Lexicon.load(tmp_path / "lexicon.npz")
    for text, _ in FOUND:
        assert find_codes(loaded, text) == find_codes(lexicon, text)


def test_the_file_holds_no_words(lexicon: Lexicon, tmp_path: Path) -> None:
    lexicon.save(tmp_path / "lexicon.npz")
    assert b"diabet" not in (tmp_path / "lexicon.npz").read_bytes()


VOCABULARY = ["alpha", "beta", "gamma", "delta", "kappa"]
phrases = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3, unique=True)


@given(st.lists(phrases, min_size=1, max_size=6), st.lists(st.sampled_from(VOCABULARY), max_size=9))
def test_as_trying_every_term_at_every_place(terms: list[list[str]], sentence: list[str]) -> None:
    codes = {frozenset(term): f"A{index:02d}" for index, term in enumerate(terms)}
    lexicon = Lexicon.build([(read_words(" ".join(bag)), code, TermSource.TITLE) for bag, code in codes.items()])
    expected = {code for bag, code in codes.items() if _stands_close(bag, sentence, lexicon.MAX_GAP_PER_WORD)}
    assert find_codes(lexicon, " ".join(sentence)) == expected


def _stands_close(bag: frozenset[str], sentence: list[str], gap: int) -> bool:
    """Whether some choice of places, each word's the nearest to one of them, spans few enough words."""
    places = [[i for i, word in enumerate(sentence) if word == wanted] for wanted in bag]
    if not all(places):
        return False
    limit = len(bag) + gap * (len(bag) - 1)
    return any(max(choice) - min(choice) + 1 <= limit for choice in product(*places))
