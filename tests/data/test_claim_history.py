"""What counts as a patient's past."""

from datetime import date

import pytest

from data.claim_history import ClaimHistory
from data.diagnosis_edits import DiagnosisTrait, find_diagnosis_edit
from data.institutional import RevenueRole, find_revenue_range, is_bill_type
from data.synthetic.demo_claims import draft_claim

ANNA = {"patient_id": "anna"}


def test_services_are_of_the_patient_and_of_other_claims() -> None:
    history = ClaimHistory.of([draft_claim("a", patient=ANNA), draft_claim("b", patient={"patient_id": "ben"})])
    assert [past.claim_id for past in history.before(draft_claim("c", patient=ANNA))] == ["a"]
    assert history.before(draft_claim("a", patient=ANNA)) == ()
    assert history.before(draft_claim("c")) == ()


def test_voids_are_left_out_and_the_last_revision_counts() -> None:
    claims = [
        draft_claim("a", patient=ANNA),
        draft_claim("a", patient=ANNA, lines=[{"code": "99214"}]),
        draft_claim("b", patient=ANNA, frequency_code="8"),
    ]
    (past,) = ClaimHistory.of(claims).before(draft_claim("c", patient=ANNA))
    assert past.code == "99214"


def test_the_past_is_in_order_of_days() -> None:
    days = [date(2026, 3, 2), date(2025, 1, 7), date(2026, 1, 5)]
    claims = [draft_claim(f"p{n}", patient=ANNA, service_date=day) for n, day in enumerate(days)]
    found = [past.service_date for past in ClaimHistory.of(claims).before(draft_claim("c", patient=ANNA))]
    assert found == sorted(days)


@pytest.mark.parametrize(
    ("trait", "code", "is_found"),
    [
        (DiagnosisTrait.AGE, "Z0000", True),
        (DiagnosisTrait.AGE, "Z0100", False),
        (DiagnosisTrait.FEMALE, "O26892", True),
        (DiagnosisTrait.MALE, "O26892", False),
        (DiagnosisTrait.FIRST_ONLY, "Z5111", True),
    ],
)
def test_diagnosis_edits_are_found_by_prefix(trait: DiagnosisTrait, code: str, is_found: bool) -> None:
    assert (find_diagnosis_edit(trait, code) is not None) is is_found


@pytest.mark.parametrize(("text", "is_valid"), [("11", True), ("13", True), ("93", False), ("10", False), ("1", False)])
def test_types_of_bill(text: str, is_valid: bool) -> None:
    assert is_bill_type(text) is is_valid


def test_revenue_codes_have_roles() -> None:
    room, none = find_revenue_range("0120"), find_revenue_range("0270")
    assert room is not None
    assert room.role is RevenueRole.ROOM
    assert none is None
