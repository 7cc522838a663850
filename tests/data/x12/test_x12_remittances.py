"""The 835 as a table: segments in, nouns and problems out."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from data.remittances import Adjustment, Payment, Remittance
from data.x12.problems import SegmentProblem
from data.x12.reader import Item

Remit = Callable[[Sequence[str]], list[Item]]
CLAIM = "CLP*c1*1*100*60*40*12*PCN1*11*1"
SERVICE = "SVC*HC:99214:25*100*60**1"


def one(items: list[Item]) -> Remittance:
    (found,) = [item for item in items if isinstance(item, Remittance)]
    return found


def problems(items: list[Item]) -> list[tuple[str, str, str]]:
    return [(item.kind.value, item.lost.value, item.segment_id) for item in items if isinstance(item, SegmentProblem)]


def test_a_remittance_with_all_that_it_says(remit: Remit) -> None:
    items = remit(
        [
            CLAIM,
            "MOA***MA01*N1",
            SERVICE,
            "DTM*472*20260314",
            "CAS*PR*2*40",
            "REF*6R*7",
            "LQ*HE*N130",
            "PLB*1*20261231*WO:REF*-40",
        ]
    )
    answer = one(items)
    assert (answer.claim_id, answer.adjudicated_on, answer.status_code) == ("c1", date(2026, 4, 1), "1")
    assert (answer.charge_cents, answer.paid_cents, answer.patient_cents) == (10000, 6000, 4000)
    assert (answer.payer_id, answer.payer_control_number, answer.payment_number) == ("P1", "PCN1", "CHECK1")
    assert answer.remarks == ("MA01", "N1")
    (line,) = answer.lines
    assert (line.line_number, line.control_number, line.procedure, line.modifiers) == (7, "7", "99214", ("25",))
    assert (line.service_date, line.paid_cents, line.remarks) == (date(2026, 3, 14), 6000, ("N130",))
    (payment,) = [item for item in items if isinstance(item, Payment)]
    assert (payment.payment_number, payment.amount_cents, payment.paid_on) == ("CHECK1", 10000, date(2026, 4, 2))
    (moved,) = payment.adjustments
    assert (moved.reason_code, moved.reference, moved.amount_cents) == ("WO", "REF", -4000)
    assert problems(items) == []


ADJUSTMENTS: list[tuple[str, list[tuple[str, str, int, int | None]]]] = [
    ("CAS*CO*45*10.5", [("CO", "45", 1050, None)]),
    ("CAS*PR*1*5**2*6*1**", [("PR", "1", 500, None), ("PR", "2", 600, 1)]),
    (
        "CAS*OA*A1*1**B7*2**P14*3**18*4**22*5**253*6*2",
        [("OA", c, 100 * n, 2 if n == 6 else None) for n, c in enumerate("A1 B7 P14 18 22 253".split(), 1)],
    ),
    ("CAS*CO*45*-10*-2", [("CO", "45", -1000, -2)]),
    ("CAS*CR*45*0", [("CR", "45", 0, None)]),
]


@pytest.mark.parametrize(("segment", "expected"), ADJUSTMENTS, ids=[segment for segment, _ in ADJUSTMENTS])
def test_adjustments(remit: Remit, segment: str, expected: list[tuple[str, str, int, int | None]]) -> None:
    adjustments = one(remit([CLAIM, SERVICE, segment])).lines[0].adjustments
    assert adjustments == tuple(
        Adjustment(group=group, carc=carc, amount_cents=amount, quantity=quantity)
        for group, carc, amount, quantity in expected
    )


# What is wrong, and what is told of it. Claims are kept unless their own amounts can't be read.
WRONG: list[tuple[list[str], set[tuple[str, str, str]], bool]] = [
    ([CLAIM, SERVICE, "CAS*XX*45*40"], {("bad_code", "segment", "CAS")}, True),
    ([CLAIM, SERVICE, "CAS*CO*word*40"], {("bad_code", "value", "CAS")}, True),
    ([CLAIM, SERVICE, "CAS*CO*45*forty"], {("bad_value", "value", "CAS")}, True),
    ([CLAIM, SERVICE, "CAS*CO*45*999999999999"], {("bad_value", "value", "CAS")}, True),
    ([CLAIM, SERVICE, "CAS*CO*45*30"], {("unbalanced", "nothing", "CLP")}, True),
    ([CLAIM, "SVC*HC:99214*x*60", "CAS*CO*45*40"], {("bad_value", "line", "SVC")}, True),
    (["CAS*CO*45*40", CLAIM, SERVICE, "CAS*CO*45*40"], {("misplaced", "segment", "CAS")}, True),
    ([CLAIM, "XYZ*SMITH", SERVICE, "CAS*CO*45*40"], {("unknown_segment", "segment", "XYZ")}, True),
    ([CLAIM, "Ada Smith called", SERVICE, "CAS*CO*45*40"], {("unknown_segment", "segment", "?")}, True),
    (["CLP*c1*1*100*x", SERVICE], {("bad_value", "claim", "CLP")}, False),
    (["CLP**1*100*60", SERVICE], {("bad_value", "claim", "CLP")}, False),
]


@pytest.mark.parametrize(("segments", "told", "is_kept"), WRONG)
def test_what_is_wrong_is_told_and_the_rest_kept(
    remit: Remit, segments: list[str], told: set[tuple[str, str, str]], is_kept: bool
) -> None:
    items = remit(segments)
    assert told <= set(problems(items))
    assert any(isinstance(item, Remittance) for item in items) == is_kept
    assert not any("SMITH" in str(item).upper() for item in items if isinstance(item, SegmentProblem))


def test_the_procedure_as_billed_and_as_paid(remit: Remit) -> None:
    (line,) = one(remit([CLAIM, "SVC*HC:99213*100*60**1*HC:99214:25"])).lines
    assert (line.procedure, line.paid_procedure, line.modifiers) == ("99214", "99213", ("25",))


def test_a_reversal_has_negative_amounts(remit: Remit) -> None:
    items = remit(["CLP*c1*22*-100*-60", "SVC*HC:99214*-100*-60", "CAS*CO*45*-40"])
    answer = one(items)
    assert answer.is_reversal
    assert answer.lines[0].charge_cents == -10000
    assert "bad_value" not in {kind for kind, _, _ in problems(items)}
