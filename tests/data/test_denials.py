"""What stands refused after all of a payer's answers, and what each refusal asks for."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.appeal_asks import Ask, Recourse, ReviewKind, find_rule, load_appeal_rules
from data.carcs import load_carcs
from data.deadlines import Contracts
from data.denials import Refusal, find_refusals
from data.remittances import Adjustment, Remittance
from data.reviews import Needs, ReasonCategory
from data.synthetic.demo_claims import draft_claim

DAY = date(2026, 5, 1)
LINES = [{"code": "99213"}, {"code": "36415"}]


def adjust(carc: str, cents: int = 15000, group: str = "CO") -> dict[str, Any]:
    return {"group": group, "carc": carc, "amount_cents": cents}


def line(number: int, *adjustments: dict[str, Any], paid: int = 0, **changes: Any) -> dict[str, Any]:
    charge = 15000 if number == 1 else 1500
    return {"line_number": number, "charge_cents": charge, "paid_cents": paid, "adjustments": adjustments, **changes}


def answer(*lines: dict[str, Any], day: date = DAY, **changes: Any) -> Remittance:
    return Remittance.model_validate({"claim_id": "c1", "adjudicated_on": day, "lines": lines, **changes})


def on(days: int) -> date:
    return DAY + timedelta(days=days)


PAID = line(1, adjust("45", 5000), paid=10000)
ANSWERS: list[tuple[str, list[Remittance], list[tuple[int, tuple[str, ...]]]]] = [
    ("nothing posted", [], []),
    ("paid", [answer(PAID)], []),
    ("denied", [answer(line(1, adjust("50")))], [(1, ("50",))]),
    ("patient share", [answer(line(1, adjust("1", group="PR")))], []),
    ("one line of two", [answer(PAID, line(2, adjust("97", 1500)))], [(2, ("97",))]),
    ("paid in part", [answer(line(1, adjust("50", 5000), paid=10000))], []),
    ("the largest reason first", [answer(line(1, adjust("16", 1), adjust("50")))], [(1, ("50", "16"))]),
    ("no reason", [answer(line(1), status_code="4")], [(1, ())]),
    ("processed, no reason", [answer(line(1), status_code="1")], []),
    ("reversed", [answer(line(1, adjust("50"))), answer(line(1), day=on(9), status_code="22")], []),
    (
        "reversed and denied anew on one day",
        [answer(line(1, adjust("50"))), answer(line(1, adjust("29")), day=on(9)), answer(day=on(9), status_code="22")],
        [(1, ("29",))],
    ),
    ("paid later", [answer(line(1, adjust("50"))), answer(PAID, day=on(9))], []),
    ("upheld", [answer(line(1, adjust("50"))), answer(line(1, adjust("193")), day=on(9))], [(1, ("50",))]),
    ("upheld, the first answer unknown", [answer(line(1, adjust("193")))], [(1, ("193",))]),
    (
        "lines answered apart",
        [answer(line(1, adjust("50"))), answer(line(2, adjust("97", 1500)), day=on(3))],
        [(1, ("50",)), (2, ("97",))],
    ),
    ("the claim as a whole", [answer(adjustments=[adjust("29", 16500)])], [(1, ("29",)), (2, ("29",))]),
]


@pytest.mark.parametrize(("answers", "expected"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_what_stands_refused(answers: list[Remittance], expected: list[tuple[int, tuple[str, ...]]]) -> None:
    found = find_refusals(draft_claim("c1", lines=LINES), reversed(answers))
    assert [(one.line_number, tuple(reason.carc for reason in one.adjustments)) for one in found] == expected


def test_a_claim_of_revenue_codes_is_refused_as_a_whole() -> None:
    room = {"line_number": 1, "revenue_code": "0120", "charge_cents": 90000, "service_date": "2026-03-15"}
    claim = draft_claim("c1", form="institutional", facility_type="11", revenue_lines=[room], lines=[])
    (refusal,) = find_refusals(claim, [answer(adjustments=[adjust("197", 90000)], remarks=["N130"])])
    assert (refusal.line_number, refusal.denied_cents, refusal.remarks) == (None, 90000, ("N130",))
    assert not find_refusals(claim, [answer(adjustments=[adjust("197", 90000)], paid_cents=1)])


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["deny", "pay", "reverse"])), max_size=6))
def test_a_deadline_is_told_only_where_something_stands_refused(steps: list[tuple[int, str]]) -> None:
    claim = draft_claim("c1", payer={"payer_id": "M", "kind": "medicare"})
    made = {"deny": line(1, adjust("50")), "pay": PAID, "reverse": line(1)}
    answers = [answer(made[step], day=on(days), status_code="22" if step == "reverse" else "1") for days, step in steps]
    assert bool(find_refusals(claim, answers)) is (Contracts().appeal_by(claim, answers) is not None)


# What the payer says; what it asks for.
ASKS: list[tuple[str, tuple[str, ...], Recourse, set[Ask], Needs, ReviewKind | None]] = [
    ("50", (), Recourse.APPEAL, {Ask.NECESSITY, Ask.RECORDS}, Needs.DOCUMENTATION, ReviewKind.NECESSITY),
    ("50", ("N115",), Recourse.APPEAL, {Ask.NECESSITY, Ask.RECORDS}, Needs.DOCUMENTATION, ReviewKind.NECESSITY),
    ("55", (), Recourse.APPEAL, {Ask.LITERATURE}, Needs.DOCUMENTATION, ReviewKind.EXPERIMENTAL),
    ("40", (), Recourse.APPEAL, {Ask.URGENCY}, Needs.DOCUMENTATION, ReviewKind.URGENT),
    ("197", (), Recourse.APPEAL, {Ask.AUTHORIZATION}, Needs.PAYER, None),
    ("29", (), Recourse.APPEAL, {Ask.TIMELY_FILING}, Needs.BILLER, None),
    ("97", (), Recourse.APPEAL, {Ask.CODING_RATIONALE, Ask.RECORDS}, Needs.CODER, None),
    ("151", (), Recourse.APPEAL, {Ask.RECORDS}, Needs.CODER, None),
    ("252", (), Recourse.SUPPLY, {Ask.RECORDS}, Needs.DOCUMENTATION, None),
    ("16", ("M127",), Recourse.SUPPLY, {Ask.RECORDS}, Needs.DOCUMENTATION, None),
    ("16", ("N115",), Recourse.APPEAL, {Ask.NECESSITY}, Needs.DOCUMENTATION, ReviewKind.NECESSITY),
    ("16", (), Recourse.CORRECT, {Ask.CLAIM_DATA}, Needs.BILLER, None),
    ("16", ("MA63",), Recourse.CORRECT, {Ask.CLAIM_DATA}, Needs.BILLER, None),
    ("15", (), Recourse.CORRECT, {Ask.AUTHORIZATION}, Needs.BILLER, None),
    ("4", (), Recourse.CORRECT, {Ask.CODING_RATIONALE}, Needs.CODER, None),
    ("18", (), Recourse.FOLLOW_UP, {Ask.FIRST_ANSWER}, Needs.BILLER, None),
    ("22", (), Recourse.OTHER_PAYER, {Ask.OTHER_PAYER}, Needs.PAYER, None),
    ("27", (), Recourse.CORRECT, {Ask.COVERAGE}, Needs.BILLER, None),
    ("B7", (), Recourse.CORRECT, {Ask.CREDENTIALS}, Needs.BILLER, None),
    ("A1", (), Recourse.FOLLOW_UP, set(), Needs.BILLER, None),
    ("999", (), Recourse.FOLLOW_UP, set(), Needs.BILLER, None),
    ("50", ("N211",), Recourse.NONE, set(), Needs.BILLER, None),
    ("50", ("MA130",), Recourse.CORRECT, {Ask.CLAIM_DATA}, Needs.BILLER, None),
]


def refuse(carc: str, remarks: tuple[str, ...] = ()) -> Refusal:
    adjustment = Adjustment.model_validate(adjust(carc))
    return Refusal(1, DAY, 15000, (adjustment,), remarks)


@pytest.mark.parametrize(("carc", "remarks", "recourse", "asks", "needs", "review"), ASKS)
def test_what_a_denial_asks_for(
    carc: str,
    remarks: tuple[str, ...],
    recourse: Recourse,
    asks: set[Ask],
    needs: Needs,
    review: ReviewKind | None,
) -> None:
    rule = find_rule(refuse(carc, remarks))
    assert (rule.recourse, rule.needs, rule.review) == (recourse, needs, review)
    assert asks <= set(rule.asks)


@pytest.mark.parametrize("carc", sorted(load_carcs()))
def test_every_reason_has_a_rule_and_final_ones_are_never_appealed(carc: str) -> None:
    assert find_rule(refuse(carc)).why
    for remark in ("N211", "MA130"):
        final = refuse(carc, ("M15", remark))
        assert not final.can_appeal
        assert find_rule(final).recourse not in (Recourse.APPEAL, Recourse.SUPPLY)


def test_a_refusal_without_a_reason_is_asked_about() -> None:
    assert find_rule(Refusal(1, DAY, 15000, (), ())).recourse is Recourse.FOLLOW_UP


def test_the_table_names_what_exists_and_each_code_once() -> None:
    named = [carc for rule in load_appeal_rules() if not rule.remarks for carc in rule.carcs]
    assert len(named) == len(set(named))
    categories = {f"@{category}" for category in ReasonCategory}
    assert {carc for rule in load_appeal_rules() for carc in rule.carcs} <= categories | load_carcs().keys() | {"*"}
    assert categories <= set(named)


def test_only_what_is_contested_goes_to_review() -> None:
    assert {rule.recourse for rule in load_appeal_rules() if rule.review} == {Recourse.APPEAL}
