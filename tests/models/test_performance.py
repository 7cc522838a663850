"""What stands posted, and the reports on it: to the cent, and against a plain recount."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.claims import Claim
from data.contract_rates import Service
from data.remittances import Remittance
from data.sent_claims import SentClaim
from data.synthetic.demo_claims import draft_claim
from models.performance.denials import report_denials
from models.performance.lines import read_rows, to_frame
from models.performance.postings import NOTHING, REST, post
from models.performance.receivables import BUCKETS, report_receivables
from models.performance.underpayments import report_underpayments

SENT = date(2026, 1, 5)
CHARGE = 15_000
PAID = {"paid": 9_000, "adjustments": ["CO-45-4000", "PR-2-2000"]}
DENIED = {"paid": 0, "adjustments": ["CO-97-15000"]}


def answer(*lines: dict[str, Any], day: date = date(2026, 2, 1), **values: Any) -> Remittance:
    """`lines` have `paid` and adjustments such as CO-45-4000, one for each line of the claim in order."""
    sign = -1 if values.get("status_code") == "22" else 1
    return Remittance.model_validate(
        {
            "claim_id": "c1",
            "adjudicated_on": day.isoformat(),
            "lines": [
                {
                    "line_number": line.get("number", number),
                    "charge_cents": sign * CHARGE,
                    "paid_cents": sign * line["paid"],
                    "adjustments": [adjust(text, sign) for text in line["adjustments"]],
                }
                for number, line in enumerate(lines, start=1)
            ],
            **values,
        }
    )


def adjust(text: str, sign: int = 1) -> dict[str, Any]:
    group, carc, cents = text.split("-")
    return {"group": group, "carc": carc, "amount_cents": sign * int(cents)}


def frame_of(*sent: SentClaim) -> pd.DataFrame:
    return to_frame(row for one in sent for row in read_rows(one))


def send(claim: Claim, *answers: Remittance, on: date = SENT, last: Claim | None = None) -> SentClaim:
    own = tuple(answer.model_copy(update={"claim_id": claim.claim_id}) for answer in answers)
    return SentClaim(claim, last or claim, on, own)


def sums(posted: dict[int, Any]) -> tuple[int, int, int, int]:
    parts = [posting[1:5] for posting in posted.values()]
    return tuple(map(sum, zip(*parts, strict=True))) if parts else (0, 0, 0, 0)


VISIT = draft_claim("c1")
TWO = draft_claim("c1", lines=[{"code": "99213"}, {"code": "99213"}])
LATER = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("claim", "answers", "paid_patient_written_off_refused"),
    [
        (VISIT, [], (0, 0, 0, 0)),
        (VISIT, [answer(PAID)], (9_000, 2_000, 4_000, 0)),
        (VISIT, [answer(DENIED)], (0, 0, 0, 15_000)),
        # Repeated under another payment: once.
        (VISIT, [answer(PAID), answer(PAID, payment_number="2")], (9_000, 2_000, 4_000, 0)),
        # Reversed: open again; reversed and paid on the same day: what was paid.
        (VISIT, [answer(PAID), answer(PAID, status_code="22", day=LATER)], (0, 0, 0, 0)),
        (
            VISIT,
            [answer(DENIED), answer(DENIED, status_code="22", day=LATER), answer(PAID, day=LATER)],
            (9_000, 2_000, 4_000, 0),
        ),
        # Split over two answers: both.
        (TWO, [answer(PAID), answer({**DENIED, "number": 2}, day=LATER)], (9_000, 2_000, 4_000, 15_000)),
        # A second payer lowers the patient's share, and is not the payer that owes.
        (VISIT, [answer(PAID), answer({"paid": 2_000, "adjustments": ["OA-23-13000"]}, status_code="2")],
         (9_000, 2_000, 4_000, 0)),
        # About the claim as a whole: shared out, to the cent.
        (
            draft_claim("c1", lines=[{"code": "99213"}, {"code": "99213"}, {"code": "99213"}]),
            [answer(paid_cents=10_000, adjustments=[adjust("CO-45-35000")])],
            (10_000, 0, 35_000, 0),
        ),
    ],
)  # fmt: skip
def test_answers_leave_one_history(
    claim: Claim, answers: list[Remittance], paid_patient_written_off_refused: tuple[int, ...]
) -> None:
    assert sums(post(claim, answers)) == paid_patient_written_off_refused


def test_room_and_board_is_posted_beside_the_procedures() -> None:
    room = {"line_number": 2, "revenue_code": "0120", "units": 2, "charge_cents": 90_000, "service_date": "2026-01-02"}
    claim = draft_claim("c1", form="institutional", facility_type="11", revenue_lines=[room])
    bed = {"line_number": 2, "charge_cents": 90_000, "paid_cents": 80_000, "revenue_code": "0120"}
    lines = [{"line_number": 1, "procedure": "99213", "charge_cents": CHARGE, "paid_cents": 9_000}, bed]
    posted = post(claim, [Remittance.model_validate({**answer().model_dump(), "lines": lines})])
    assert (posted[1].paid_cents, posted[REST].paid_cents) == (9_000, 80_000)
    frame = frame_of(send(claim))
    assert report_receivables(frame, SENT).total.unanswered_cents == claim.charge_cents


@st.composite
def histories(draw: st.DrawFn) -> list[Remittance]:
    answers, open_ = [], []
    for number in range(draw(st.integers(0, 5))):
        day = date(2026, 2, 1) + timedelta(days=number)
        if open_ and draw(st.booleans()):
            lines = open_.pop()
            answers.append(answer(*lines, day=day, status_code="22"))
        else:
            lines = draw(st.lists(st.sampled_from([PAID, DENIED]), min_size=2, max_size=2))
            open_ = [lines]
            answers.append(answer(*lines, day=day))
    return answers


@settings(max_examples=30)
@given(histories())
def test_what_stands_adds_up_to_the_charge_or_is_open(answers: list[Remittance]) -> None:
    """And a report owes exactly what is neither paid, nor the patient's, nor written off."""
    posted = post(TWO, answers)
    for number in (1, 2):
        assert sum(posted.get(number, NOTHING)[1:5]) in (0, CHARGE)
    paid, patient, written_off, _ = sums(posted)
    owed = report_receivables(frame_of(send(TWO, *answers)), SENT).total.outstanding_cents
    assert owed == TWO.charge_cents - paid - patient - written_off


def make_clinic(seed: int, size: int = 120) -> list[SentClaim]:
    """Visits and procedures of three payers, a third of them denied, a sixth open."""
    draw = random.Random(seed)
    clinic = []
    for number in range(size):
        lines = [{"code": code} for code in draw.sample(["99213", "83036", "36415"], draw.randint(1, 3))]
        payer = {"payer_id": f"P{draw.randint(1, 3)}", "kind": "commercial"}
        claim = draft_claim(f"c{number}", lines=lines, payer=payer, rendering_npi=f"173000001{draw.randint(1, 3)}")
        on = SENT + timedelta(days=draw.randint(0, 150))
        replies = [answer_line(line, draw) for line in claim.lines]
        reply = {"claim_id": claim.claim_id, "adjudicated_on": (on + timedelta(days=20)).isoformat(), "lines": replies}
        clinic.append(send(claim, *([Remittance.model_validate(reply)] if draw.random() > 1 / 6 else []), on=on))
    return clinic


def answer_line(line: Any, draw: random.Random) -> dict[str, Any]:
    head = {"line_number": line.line_number, "charge_cents": line.charge_cents}
    if draw.random() < 1 / 3:
        carc = draw.choice(["97", "50", "16"])
        return head | {"paid_cents": 0, "adjustments": [adjust(f"CO-{carc}-{line.charge_cents}")]}
    patient = line.charge_cents // 3
    return head | {"paid_cents": line.charge_cents - patient, "adjustments": [adjust(f"PR-2-{patient}")]}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("payer", [None, "P2"])
def test_denials_are_those_of_a_plain_recount(seed: int, payer: str | None) -> None:
    clinic = [one for one in make_clinic(seed) if payer in (None, one.first.payer.payer_id)]
    report = report_denials(frame_of(*make_clinic(seed)), payer_id=payer)
    answered = [one for one in clinic if one.answers]
    denied = [one for one in answered if any(not line.paid_cents for line in one.answers[0].lines)]
    assert (report.total.claims, report.total.denied_claims) == (len(answered), len(denied))
    assert report.clean_claims == len(answered) - len(denied)
    money: dict[str, int] = defaultdict(int)
    for one in answered:
        for line, told in zip(one.first.lines, one.answers[0].lines, strict=True):
            money[line.procedure.code.compact] += 0 if told.paid_cents else line.charge_cents
    assert {share.key: share.denied_cents for share in report.by_procedure} == money
    for table in (report.by_payer, report.by_category, report.by_carc, report.by_procedure, report.by_provider):
        assert sum(share.denied_cents for share in table) == report.total.denied_cents
        assert sorted(table, key=lambda share: -share.denied_cents) == list(table)
    assert sum(share.claims for share in report.by_month) == report.total.claims
    assert {share.key for share in report.by_category} == {"bundling", "medical_necessity", "claim_data"}


def test_days_are_included_on_both_sides() -> None:
    frame = frame_of(*(send(draft_claim(f"c{day}"), answer(PAID, day=date(2026, 2, day))) for day in range(1, 6)))
    report = report_denials(frame, first_day=date(2026, 2, 2), last_day=date(2026, 2, 4))
    assert report.total.claims == 3


def corrected(name: str, number: str, code: str = "7") -> Claim:
    return draft_claim(name, frequency_code=code, payer_control_number=number)


def test_a_correction_is_no_first_pass_and_takes_over_what_is_owed() -> None:
    first = send(draft_claim("a"), answer(DENIED, payer_control_number="N1"))
    again = send(corrected("b", "N1"), answer(PAID, day=LATER))
    other = send(draft_claim("d"), answer(PAID, payer_control_number="N2"))
    frame = frame_of(first, again, other)
    report = report_denials(frame)
    assert (report.total.claims, report.total.denied_claims, report.clean_claims) == (2, 1, 1)
    assert report_receivables(frame, LATER).total.outstanding_cents == 0
    assert report_receivables(frame_of(first, other), LATER).total.outstanding_cents == CHARGE


def test_a_claim_sent_again_under_its_own_name_is_not_clean() -> None:
    changed = draft_claim("a", diagnoses=["I10"])
    report = report_denials(frame_of(send(draft_claim("a"), answer(PAID), last=changed), send(VISIT, answer(PAID))))
    assert (report.total.claims, report.clean_claims) == (2, 1)


def test_a_void_owes_nothing_nor_does_what_it_voids() -> None:
    frame = frame_of(send(draft_claim("a"), answer(DENIED, payer_control_number="N1")), send(corrected("b", "N1", "8")))
    assert report_receivables(frame, LATER).total.outstanding_cents == 0


@pytest.mark.parametrize(
    ("age", "bucket"), [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (120, 3), (121, 4), (900, 4)]
)
def test_ages_count_from_the_day_a_claim_went_out(age: int, bucket: int) -> None:
    report = report_receivables(frame_of(send(VISIT)), SENT + timedelta(days=age))
    amounts = [one.outstanding_cents for one in report.total.aging]
    assert amounts == [CHARGE if place == bucket else 0 for place in range(len(BUCKETS))]


def test_days_in_receivables_are_days_of_charges() -> None:
    """Ninety charges in ninety days, thirty of them open: thirty days."""
    claims = [
        send(draft_claim(f"c{number}"), *([answer(PAID)] if number >= 30 else []), on=SENT + timedelta(days=number))
        for number in range(90)
    ]
    total = report_receivables(frame_of(*claims), SENT + timedelta(days=89)).total
    assert (total.days_in_receivables, total.claims) == (30.0, 30)
    assert report_receivables(frame_of(*claims), SENT + timedelta(days=400)).total.days_in_receivables is None


@pytest.mark.parametrize("seed", [3])
def test_receivables_add_up(seed: int) -> None:
    clinic = make_clinic(seed)
    report = report_receivables(frame_of(*clinic), date(2026, 7, 1))
    unanswered = sum(one.first.charge_cents for one in clinic if not one.answers)
    assert report.total.unanswered_cents == unanswered
    assert sum(one.outstanding_cents for one in report.by_payer) == report.total.outstanding_cents
    for one in (report.total, *report.by_payer):
        assert sum(bucket.outstanding_cents for bucket in one.aging) == one.outstanding_cents
    assert report.total.days_to_answer == (20.0, 20.0)


class Agreed:
    """Every procedure of P1 at the same amount."""

    def __init__(self, cents: int) -> None:
        self.cents = cents

    def allowed_cents(self, payer_id: str, service: Service) -> int | None:
        return self.cents * service.units if payer_id == "P1" else None


def underpay(cents: int, *lines: dict[str, Any], payer: str = "P1") -> Any:
    claim = draft_claim("c1", payer={"payer_id": payer, "kind": "commercial"})
    return report_underpayments(frame_of(send(claim, answer(*lines))), Agreed(cents))


@pytest.mark.parametrize(
    ("contract", "line", "short"),
    [
        (11_000, PAID, 0),
        (11_001, PAID, 1),
        (10_000, PAID, 0),
        # Billed less than agreed: the bill counts.
        (99_999, PAID, 4_000),
        # What the law withholds was allowed.
        (11_000, {"paid": 8_820, "adjustments": ["CO-45-4000", "PR-2-2000", "CO-253-180"]}, 0),
        # All of it the patient's.
        (11_000, {"paid": 0, "adjustments": ["CO-45-4000", "PR-1-11000"]}, 0),
    ],
)
def test_a_line_is_short_to_the_cent(contract: int, line: dict[str, Any], short: int) -> None:
    report = underpay(contract, line)
    assert (report.total.checked_lines, report.total.short_cents) == (1, short)
    assert [one.short_cents for one in report.lines] == ([short] if short else [])


@pytest.mark.parametrize(
    ("line", "payer", "counts"),
    [
        (PAID, "P9", (0, 1)),
        ({"paid": 9_000, "adjustments": ["CO-59-6000"]}, "P1", (0, 1)),
        (DENIED, "P1", (0, 0)),
    ],
)
def test_what_can_not_be_compared_is_unchecked_and_denials_are_none_of_it(
    line: dict[str, Any], payer: str, counts: tuple[int, int]
) -> None:
    total = underpay(14_000, line, payer=payer).total
    assert (total.checked_lines, total.unchecked_lines, total.underpaid_lines) == (*counts, 0)


def test_nothing_sent_gives_empty_reports() -> None:
    empty: Sequence[SentClaim] = ()
    frame = frame_of(*empty)
    assert report_denials(frame).total.denial_rate is None
    assert report_receivables(frame, SENT).by_payer == ()
    assert report_underpayments(frame, Agreed(1)).lines == ()
