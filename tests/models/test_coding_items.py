"""The items of a sentence, by table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.coding.items import Items
from models.coding.words import Words, read_words


def read(text: str) -> tuple[Items, Words]:
    words = read_words(text)
    return Items(text, words), words


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("asthma, gout, knee pain", [1, 1, 0.5, 0.5]),
        ("gout; asthma on oxygen", [1, 0.5, 0.5]),
        ("strongyloidiasis w/ eosinophilia - ivermectin", [0.5, 0.5, 1]),
        ("non-pressure ulcer", [1 / 3, 1 / 3, 1 / 3]),
        ("fracture (closed) radius", [1, 1, 1]),
    ],
)
def test_the_share_of_one_word(text: str, shares: list[float]) -> None:
    items, words = read(text)
    assert [items.share(at, at) for at in range(len(words))] == pytest.approx(shares)


@pytest.mark.parametrize(
    ("text", "breaks", "is_split"),
    [
        ("gout; asthma", 1, True),
        ("gout | asthma", 1, True),
        ("fracture, left, closed", 2, False),
        ("chronic gout", 0, False),
    ],
)
def test_what_lies_between_the_first_and_the_last_word(text: str, breaks: int, is_split: bool) -> None:
    items, words = read(text)
    assert items.count_breaks(0, len(words) - 1) == breaks
    assert items.is_split(0, len(words) - 1) is is_split


@given(st.text("ab ,;-(|", max_size=40))
def test_items_cover_the_sentence_once(text: str) -> None:
    items, words = read(text)
    assert sum(items.is_first(at) for at in range(len(words))) == (
        items.count_breaks(0, len(words) - 1) + 1 if len(words) else 0
    )
    assert sum(items.share(at, at) for at in range(len(words))) == pytest.approx(
        sum(items.is_first(at) for at in range(len(words)))
    )
