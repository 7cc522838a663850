"""Rates shrink to their prior, fade with time, and know their order."""

from dataclasses import fields
from math import exp, isnan, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.demo_claims import draft_claim
from models.denial.answers import Answers
from models.denial.charges import ChargeBook
from models.denial.rates import HALF_LIFE_DAYS, RateBook
from models.denial.tokens import combine, token

KEY = 7
OUTCOMES = st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=30).map(sorted)


def _book(outcomes: list[tuple[int, bool]]) -> RateBook:
    book = RateBook()
    for day, is_denied in outcomes:
        book.learn([KEY], day, [is_denied])
    return book


def _find(book: RateBook, day: int = 0) -> Answers:
    """Of KEY alone. *Shape:* (1, 1)."""
    return book.look_up([[KEY]], np.array([day]))


@given(OUTCOMES, st.floats(0.01, 0.99), st.floats(0.5, 50))
def test_a_rate_lies_between_the_prior_and_what_was_seen(
    outcomes: list[tuple[int, bool]], prior: float, strength: float
) -> None:
    answers = _find(_book(outcomes))
    (rate,) = answers.rates(prior, strength)[0]
    assert answers.count == len(outcomes)
    seen = sum(denied for _, denied in outcomes) / len(outcomes) if outcomes else prior
    assert min(prior, seen) - 1e-9 <= rate <= max(prior, seen) + 1e-9


@given(OUTCOMES, st.integers(400, 900))
def test_recent_counts_are_a_faded_sum(outcomes: list[tuple[int, bool]], day: int) -> None:
    answers = _find(_book(outcomes), day)
    weights = [exp(-log(2) / HALF_LIFE_DAYS * (day - when)) for when, _ in outcomes]
    assert answers.recent_count == pytest.approx(sum(weights))
    assert answers.recent_denied == pytest.approx(sum(w for w, (_, d) in zip(weights, outcomes, strict=True) if d))


def test_what_was_never_seen_is_the_prior() -> None:
    answers = _find(RateBook(), 100)
    assert not answers.is_known
    assert answers.rates(0.2, 10) == 0.2
    assert answers.count == 0
    assert answers.recent_rates(0.2, 10) == 0.2
    assert len(RateBook()) == 0


def test_seeing_is_not_learning() -> None:
    book = RateBook()
    book.see(KEY, 10)
    assert _find(book).seen == 1
    assert _find(book).rates(0.2, 10) == 0.2
    assert book.day == 10


def test_old_denials_fade_and_new_ones_count() -> None:
    book = _book([(0, True)] * 20 + [(600, False)] * 20)
    assert _find(book).rates(0.5, 1) == pytest.approx(0.5, abs=0.01)
    assert _find(book, 600).recent_rates(0.5, 1) < 0.05


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 400), st.booleans()), max_size=30), st.integers(0, 900))
def test_a_book_keeps_its_columns(learned: list[tuple[int, int, bool]], day: int) -> None:
    book = RateBook()
    for key, when, is_denied in learned:
        book.learn([key], when, [is_denied])
    keys, columns = book.as_columns()
    again = RateBook(keys, columns.tolist(), book.day)
    assert len(again) == len(book) == len(keys)
    for field in fields(Answers):
        before, after = (getattr(_find(one, day), field.name) for one in (book, again))
        np.testing.assert_array_equal(before, after)


@given(st.lists(st.tuples(st.integers(1, 400), st.lists(st.tuples(st.integers(1, 5), st.booleans()))), max_size=6))
def test_answers_of_a_day_are_learned_together_as_one_by_one(days: list[tuple[int, list[tuple[int, bool]]]]) -> None:
    together, one_by_one = RateBook(), RateBook()
    for day, answers in days:
        together.learn([key for key, _ in answers], day, [is_denied for _, is_denied in answers])
        for key, is_denied in answers:
            one_by_one.learn([key], day, [is_denied])
    (keys, columns), (expected_keys, expected) = together.as_columns(), one_by_one.as_columns()
    assert keys == expected_keys
    np.testing.assert_array_equal(columns, expected)


def test_tokens_are_the_same_everywhere() -> None:
    """They are part of every trained artefact."""
    assert token("99213") == 1_183_621_840_111_022_288
    assert combine(1, 2) == 11_868_681_386_100_499_350
    assert combine(1, 2) != combine(2, 1) != combine(1, 2, 0)


def test_the_usual_charge_is_a_mean_of_unit_prices() -> None:
    book = ChargeBook()
    (line,) = draft_claim("c1", lines=[{"code": "97110", "units": 2, "charge_cents": 8000}]).lines
    for _ in range(4):
        book.see(line)
    assert isnan(book.expected_cents(line))
    book.see(line)
    assert book.expected_cents(line) == pytest.approx(8000)
