"""By when claims are filed and denials appealed: contracts, federal rules, and silence where neither speaks."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.claims import Claim
from data.deadlines import Contracts
from data.payer_rules import PayerRule, RecordedPayerRule
from data.remittances import Remittance
from data.synthetic.demo_claims import draft_claim

SERVED = date(2026, 3, 16)
DENIED_ON = date(2026, 5, 1)
MEDICARE = {"payer_id": "M", "kind": "medicare"}
MEDICAID = {"payer_id": "S", "kind": "medicaid"}


def rule(days: int = 90, appeal_days: int | None = None, **changes: Any) -> RecordedPayerRule:
    written = {
        "rule_id": f"filing_{days}",
        "payer_ids": ["demo-commercial"],
        "demand": {"kind": "filing_limit", "days": days, "appeal_days": appeal_days},
        "severity": "deny",
        "category": "timely_filing",
        "message": "Filed late.",
        "citation": "Contract, section 4",
        "valid_from": "2026-01-01",
    }
    read = PayerRule.model_validate(written | changes)
    return RecordedPayerRule(rule=read, version=1, author="ada", recorded_at=datetime(2026, 1, 1, tzinfo=UTC))


def claim(**changes: Any) -> Claim:
    return draft_claim("c1", service_date=SERVED, **changes)


# What is known, the claim, the days after the service.
FILING: list[tuple[list[RecordedPayerRule], Claim, int | None]] = [
    ([], claim(), None),
    ([], claim(payer=MEDICARE), 365),
    ([], claim(payer=MEDICAID), 365),
    ([rule(90)], claim(), 90),
    ([rule(90), rule(60)], claim(), 60),
    ([rule(400, payer_ids=[])], claim(payer=MEDICARE), 365),
    ([rule(90, payer_ids=["another"])], claim(), None),
    ([rule(90, payer_ids=[], payer_kinds=["commercial"])], claim(), 90),
    ([rule(90, valid_from="2026-04-01")], claim(), None),
    ([rule(90, valid_to="2026-03-15")], claim(), None),
    ([rule(90, procedures=["99213"])], claim(), 90),
    ([rule(90, procedures=["29800-29999"])], claim(), None),
    ([rule(90, places=["21"])], claim(), None),
    ([rule(90, max_age=18)], claim(), None),
    ([rule(90, min_age=18)], claim(), 90),
    ([rule(90, demand={"kind": "unit_limit", "units": 1})], claim(), None),
    ([rule(90)], claim(frequency_code="7"), None),
    ([rule(90)], claim(lines=[{"code": "99213"}, {"code": "36415", "service_date": "2026-03-14"}]), 88),
]


@pytest.mark.parametrize(("rules", "filed", "days"), FILING)
def test_filing(rules: list[RecordedPayerRule], filed: Claim, days: int | None) -> None:
    found = Contracts(rules).file_by(filed)
    assert (found and found.day) == (None if days is None else SERVED + timedelta(days=days))


def test_a_deadline_says_where_it_stands() -> None:
    found = Contracts([rule(90)]).file_by(claim())
    assert found is not None
    assert found.source == "Payer rule filing_90, version 1: Contract, section 4"


def answer(day: date = DENIED_ON, carc: str = "50", **changes: Any) -> Remittance:
    line = {
        "line_number": 1,
        "charge_cents": 15000,
        "paid_cents": 0,
        "adjustments": [{"group": "CO", "carc": carc, "amount_cents": 15000}],
    }
    written = {"claim_id": "c1", "adjudicated_on": day.isoformat(), "lines": [line | changes.pop("line", {})]}
    return Remittance.model_validate(written | changes)


LATER = DENIED_ON + timedelta(days=30)
APPEALS: list[tuple[list[RecordedPayerRule], Claim, list[Remittance], date | None]] = [
    ([], claim(payer=MEDICARE), [answer()], DENIED_ON + timedelta(days=125)),
    ([], claim(payer=MEDICARE), [], None),
    ([], claim(), [answer()], None),
    ([rule(90)], claim(), [answer()], None),
    ([rule(90, 60)], claim(), [answer()], DENIED_ON + timedelta(days=60)),
    ([rule(90, 60)], claim(frequency_code="7"), [answer()], DENIED_ON + timedelta(days=60)),
    # What is no denial: contractual reduction, patient share, paid, taken back, mended by a later answer.
    ([rule(90, 60)], claim(), [answer(carc="45")], None),
    ([rule(90, 60)], claim(), [answer(line={"paid_cents": 100})], None),
    ([rule(90, 60)], claim(), [answer(), answer(LATER, status_code="22")], None),
    ([rule(90, 60)], claim(), [answer(), answer(LATER, carc="45", line={"paid_cents": 100})], None),
    ([rule(90, 60)], claim(), [answer(), answer(LATER)], LATER + timedelta(days=60)),
    ([rule(90, 60)], claim(), [answer(status_code="4", lines=[])], DENIED_ON + timedelta(days=60)),
    # Without appeal rights: corrected and filed again.
    ([rule(90, 60)], claim(), [answer(remarks=["MA130"], status_code="4")], None),
    ([rule(90, 60)], claim(), [answer(line={"remarks": ["N211"]})], None),
]


@pytest.mark.parametrize(("rules", "filed", "answers", "day"), APPEALS)
def test_appeals(rules: list[RecordedPayerRule], filed: Claim, answers: list[Remittance], day: date | None) -> None:
    found = Contracts(rules).appeal_by(filed, answers)
    assert (found and found.day) == day


@given(st.lists(st.integers(1, 3660), min_size=1, max_size=5), st.dates(date(2026, 1, 1)))
def test_another_limit_never_gives_more_time(days: list[int], served: date) -> None:
    filed = draft_claim("c1", service_date=served, prepared_on=served.isoformat())
    found = [Contracts([rule(one) for one in days[:count]]).file_by(filed) for count in range(1, len(days) + 1)]
    limits = [one.day for one in found if one is not None]
    assert len(limits) == len(days)
    assert limits == sorted(limits, reverse=True)
    assert all(limit >= served for limit in limits)
