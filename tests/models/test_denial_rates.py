"""Rates shrink to their prior, fade with time, and know their order."""

from math import exp, isnan, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.demo_claims import draft_claim
from models.denial.charges import ChargeBook
from models.denial.rates import HALF_LIFE_DAYS, RateBook
from models.denial.tokens import combine, token

KEY = 7
OUTCOMES = st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=30).map(sorted)


def _book(outcomes: list[tuple[int, bool]]) -> RateBook:
    book = RateBook()
    for day, is_denied in outcomes:
        book.learn(KEY, day, is_denied=is_denied)
    return book


@given(OUTCOMES, st.floats(0.01, 0.99), st.floats(0.5, 50))
def test_a_rate_lies_between_the_prior_and_what_was_seen(
    outcomes: list[tuple[int, bool]], prior: float, strength: float
) -> None:
    rate, count = _book(outcomes).rate(KEY, prior, strength)
    assert count == len(outcomes)
    seen = sum(denied for _, denied in outcomes) / len(outcomes) if outcomes else prior
    assert min(prior, seen) - 1e-9 <= rate <= max(prior, seen) + 1e-9


@given(OUTCOMES, st.integers(400, 900))
def test_recent_counts_are_a_faded_sum(outcomes: list[tuple[int, bool]], day: int) -> None:
    count, denied = _book(outcomes).find(KEY).recent(day)
    weights = [exp(-log(2) / HALF_LIFE_DAYS * (day - when)) for when, _ in outcomes]
    assert count == pytest.approx(sum(weights))
    assert denied == pytest.approx(sum(w for w, (_, d) in zip(weights, outcomes, strict=True) if d))


def test_what_was_never_seen_is_the_prior() -> None:
    book = RateBook()
    assert book.rate(KEY, 0.2, 10) == (0.2, 0.0)
    assert book.recent_rate(KEY, 100, 0.2, 10) == 0.2
    assert len(book) == 0


def test_seeing_is_not_learning() -> None:
    book = RateBook()
    book.see(KEY, 10)
    assert book.find(KEY).seen == 1
    assert book.rate(KEY, 0.2, 10) == (0.2, 0.0)
    assert book.day == 10


def test_old_denials_fade_and_new_ones_count() -> None:
    book = _book([(0, True)] * 20 + [(600, False)] * 20)
    assert book.rate(KEY, 0.5, 1)[0] == pytest.approx(0.5, abs=0.01)
    assert book.recent_rate(KEY, 600, 0.5, 1) < 0.05


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
