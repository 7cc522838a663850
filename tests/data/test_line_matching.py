"""Which line of the claim a line of the answer is about."""

from datetime import date
from typing import Any

import pytest

from data.claims import Claim
from data.line_matching import match_lines
from data.remittances import Adjustment, Remittance, RemittanceLine

DAY = "2026-03-14"


def make_claim(*lines: dict[str, Any]) -> Claim:
    whole = [
        {"line_number": number, "charge_cents": 10000, "service_date": DAY} | line
        for number, line in enumerate(lines, start=1)
    ]
    head = {"claim_id": "c1", "payer": {"payer_id": "P1"}, "patient": {"patient_id": "M1"}, "prepared_on": DAY}
    return Claim.model_validate(head | {"lines": whole})


def cpt(code: str) -> dict[str, str]:
    return {"system": "cpt", "code": code}


CLAIM = make_claim(
    {"procedure": cpt("99214"), "modifiers": ["25"]},
    {"procedure": cpt("97110"), "charge_cents": 5000, "control_number": "B"},
    {"procedure": cpt("97110"), "charge_cents": 7000, "modifiers": ["59"]},
)


def answer(*lines: dict[str, Any], **whole: Any) -> Remittance:
    made = tuple(
        RemittanceLine(**{"line_number": number, "charge_cents": 10000, "paid_cents": 0} | line)
        for number, line in enumerate(lines, start=1)
    )
    return Remittance(claim_id="c1", adjudicated_on=date(2026, 4, 1), lines=made, **whole)


MATCHES: list[tuple[str, dict[str, Any], list[int]]] = [
    ("the biller's own number", {"control_number": "B"}, [2]),
    ("the line's number as the biller's", {"control_number": "3"}, [3]),
    ("a number and nothing else", {"line_number": 2}, [2]),
    ("a number that no line has", {"line_number": 9}, []),
    ("the procedure", {"procedure": "99214"}, [1]),
    ("procedure and charge", {"procedure": "97110", "charge_cents": 7000}, [3]),
    ("procedure and modifiers", {"procedure": "97110", "charge_cents": 7000, "modifiers": ("59",)}, [3]),
    ("a procedure of another day, the charge the same", {"procedure": "99214", "service_date": date(2026, 1, 1)}, [1]),
    ("a procedure that was not billed", {"procedure": "93000"}, []),
    ("another's number, the procedure fits", {"control_number": "ZZ", "procedure": "99214"}, [1]),
]


@pytest.mark.parametrize(("case", "line", "expected"), MATCHES, ids=[case for case, _, _ in MATCHES])
def test_a_line_is_found_by(case: str, line: dict[str, Any], expected: list[int]) -> None:
    assert [found.line_number for found in match_lines(CLAIM, answer(line))] == expected


def test_two_lines_with_one_procedure_each_find_their_own() -> None:
    lines = match_lines(CLAIM, answer({"procedure": "97110"}, {"procedure": "97110"}))
    assert [line.line_number for line in lines] == [2, 3]


def test_a_line_that_the_payer_split_is_one_line() -> None:
    refused = Adjustment(group="CO", carc="97", amount_cents=2000)
    parts = (
        {"control_number": "B", "charge_cents": 3000, "paid_cents": 3000},
        {"control_number": "B", "charge_cents": 2000, "adjustments": (refused,)},
    )
    (line,) = match_lines(CLAIM, answer(*parts))
    assert (line.line_number, line.charge_cents, line.paid_cents, line.adjustments) == (2, 5000, 3000, (refused,))


def test_an_answer_without_lines_is_about_all_of_them() -> None:
    refused = Adjustment(group="CO", carc="29", amount_cents=22000)
    lines = match_lines(CLAIM, answer(adjustments=(refused,), paid_cents=0))
    assert [line.line_number for line in lines] == [1, 2, 3]
    assert sum(line.adjustments[0].amount_cents for line in lines) == 22000


def test_what_is_refused_as_a_whole_is_refused_on_each_line() -> None:
    refused = Adjustment(group="CO", carc="29", amount_cents=1)
    lines = match_lines(CLAIM, answer({"line_number": 1}, {"line_number": 2}, adjustments=(refused,)))
    assert all(line.adjustments[0].amount_cents == 1 for line in lines)
