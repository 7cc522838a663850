"""What counts as a denial, of which answer, and which claims are too young to say."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.first_answers import label_line
from data.remittances import Remittance, RemittanceLine
from data.reviews import ReasonCategory
from data.synthetic.demo_claims import draft_claim
from training.denial_labels import keep_settled, label_claim, label_claims, measure_lags

DAY = date(2026, 4, 1)


def remit(number: int = 1, paid: int = 0, *adjustments: str, charge: int = 10_000) -> RemittanceLine:
    """`adjustments` are such as CO-97:10000."""
    parsed = [re.split("[-:]", adjustment, maxsplit=2) for adjustment in adjustments]
    return RemittanceLine.model_validate(
        {
            "line_number": number,
            "charge_cents": charge,
            "paid_cents": paid,
            "adjustments": [{"group": g, "carc": carc, "amount_cents": int(cents)} for g, carc, cents in parsed],
        }
    )


def answer(day: date, *lines: RemittanceLine, claim_id: str = "c1") -> Remittance:
    return Remittance(claim_id=claim_id, adjudicated_on=day, lines=lines)


@pytest.mark.parametrize(
    ("line", "carc"),
    [
        (remit(1, 6000, "CO-45:4000"), None),
        (remit(1, 0, "CO-97:10000"), "97"),
        (remit(1, 0, "CO-45:10000"), None),
        (remit(1, 0, "CO-45:4000", "PR-1:6000"), None),
        (remit(1, 0, "CO-45:4000", "PR-96:6000"), "96"),
        (remit(1, 0, "PR-97:10000"), None),
        (remit(1, 0, "OA-23:10000"), None),
        (remit(1, 0, "CO-253:200", "PR-3:9800"), None),
        (remit(1, 2000, "CO-97:8000"), None),
        (remit(1, 0, "CO-16:1000", "CO-50:9000"), "50"),
        (remit(1, -10000, "CR-97:-10000"), None),
        (remit(1, 0, "OA-18:10000"), "18"),
        (remit(1, 0, "OA-22:10000"), "22"),
        (remit(1, 0), None),
    ],
)
def test_a_line_is_denied_or_not(line: RemittanceLine, carc: str | None) -> None:
    label = label_line(line)
    assert (label.is_denied, label.carc) == (carc is not None, carc)


def test_duplicates_and_other_payers_are_classes_of_their_own() -> None:
    assert label_line(remit(1, 0, "OA-18:10000")).category is ReasonCategory.DUPLICATE
    assert label_line(remit(1, 0, "OA-22:10000")).category is ReasonCategory.COORDINATION_OF_BENEFITS


def claim(claim_id: str = "c1", **changes: Any) -> Any:
    return draft_claim(claim_id, lines=[{"code": "99213"}, {"code": "93000"}], **changes)


def test_the_first_answer_counts() -> None:
    denied, paid = remit(1, 0, "CO-97:10000"), remit(1, 8000, "CO-45:2000")
    for first, second, is_denied in ((denied, paid, True), (paid, denied, False)):
        labelled = label_claim(claim(), [answer(DAY + timedelta(9), second), answer(DAY, first)])
        assert labelled is not None
        assert labelled.is_denied is is_denied


def test_an_answer_in_two_parts_is_one_history() -> None:
    labelled = label_claim(
        claim(), [answer(DAY + timedelta(3), remit(2, 0, "CO-50:10000")), answer(DAY, remit(1, 9000, "CO-45:1000"))]
    )
    assert labelled is not None
    assert [line.is_denied for line in labelled.lines] == [False, True]
    assert labelled.known_on == DAY + timedelta(3)


def test_open_claims_voids_and_strangers_have_no_label() -> None:
    assert label_claim(claim(), []) is None
    assert label_claim(claim(frequency_code="8"), [answer(DAY, remit())]) is None
    assert label_claim(claim(), [answer(DAY, remit(9, 0, "CO-97:10000"))]) is None


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.integers(0, 60))
def test_nothing_that_came_later_is_known(lags: list[int], wait: int) -> None:
    """Answers on or after the day `as_of` change nothing."""
    claims = [claim(f"c{number}") for number in range(len(lags))]
    prepared = claims[0].prepared_on
    as_of = prepared + timedelta(days=wait)
    answers = [
        answer(prepared + timedelta(days=lag), remit(1, 0, "CO-97:10000"), claim_id=f"c{number}")
        for number, lag in enumerate(lags)
    ]
    known = [one for one in answers if one.adjudicated_on < as_of]
    assert label_claims(claims, answers, as_of) == label_claims(claims, known, as_of)
    assert all(one.known_on < as_of for one in label_claims(claims, answers, as_of))


def test_claims_younger_than_the_payers_lag_are_censored() -> None:
    old = [claim(f"old{number}", prepared_on="2026-03-20", service_date=date(2026, 3, 1)) for number in range(20)]
    young = claim("young", prepared_on="2026-04-20", service_date=date(2026, 3, 1))
    answers = [
        answer(one.prepared_on + timedelta(days=20), remit(1, 9000, "CO-45:1000"), claim_id=one.claim_id) for one in old
    ]
    answers.append(answer(young.prepared_on + timedelta(days=1), remit(1, 9000, "CO-45:1000"), claim_id="young"))
    labelled = label_claims([*old, young], answers)
    lags = measure_lags(labelled)
    assert lags["demo-commercial"] == timedelta(days=20)
    settled = keep_settled(labelled, date(2026, 5, 1))
    assert {one.claim.claim_id for one in settled} == {one.claim_id for one in old}
    assert len(keep_settled(labelled, date(2026, 5, 10))) == len(labelled)
