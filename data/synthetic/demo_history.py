"""Invented claims of the half year before the demo begins, with what their payers answered.

Most are paid as contracted. Some are paid short, some owed by the patient alone, some refused for the reason that fits
the service; the newest wait for an answer, and the Medicare Advantage plan has lately begun to ask for authorizations.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import cycle, islice
from typing import NamedTuple
from zlib import crc32

from data.claims import Claim, ClaimLine
from data.notes import PayerKind
from data.remittances import Adjustment, AdjustmentGroup, Remittance, RemittanceLine
from data.synthetic.demo_claims import draft_claim
from data.synthetic.demo_payers import DEMO_PAYERS, DemoPayer, DemoService

_CLAIMS_A_PAYER, _DAYS_APART = 26, 7
_DAYS_TO_BILL, _DAYS_WHEN_LATE = 4, 130
_POLICY_DAYS = 30
# Of a payer's claims, every so many.
_REFUSED_EACH, _SHORT_EACH, _DEDUCTIBLE_EACH = 6, 4, 9
_SHORT_PAYMENT = 0.85
_COINSURANCE = 0.2
_AUTHORIZATION, _TIMELY_FILING = "197", "29"
_REMARKS = {"50": "N115", "97": "N20"}


class PastClaim(NamedTuple):
    """`answer` is None while the payer is silent."""

    claim: Claim
    answer: Remittance | None


class _Terms(NamedTuple):
    """How a claim is answered: CARCs by the numbers of refused lines, the part of the contract that is paid, and the
    part of that which the patient owes."""

    refused: Mapping[int, str]
    paid: float = 1.0
    patient: float = _COINSURANCE


def past_claims(today: date) -> list[PastClaim]:
    """To each payer one a week up to `today`, in order of preparation; the same day gives the same claims."""
    found = [past for place, payer in enumerate(DEMO_PAYERS) for past in _bill_payer(payer, place, today)]
    return sorted(found, key=lambda past: (past.claim.prepared_on, past.claim.claim_id))


def refuse_line(claim: Claim, line_number: int, carc: str, on: date) -> Remittance:
    """The answer of one of the demo's payers that pays the other lines."""
    payer = next(one for one in DEMO_PAYERS if one.payer_id == claim.payer.payer_id)
    return _answer(claim, payer, on, _Terms({line_number: carc}))


def _bill_payer(payer: DemoPayer, place: int, today: date) -> Iterator[PastClaim]:
    for number, service in enumerate(islice(cycle(payer.services), _CLAIMS_A_PAYER), start=1):
        sent_on = _workday(today - timedelta(days=(_CLAIMS_A_PAYER - number) * _DAYS_APART + place + 1))
        answered_on = _workday(sent_on + timedelta(days=payer.days))
        terms = _set_terms(payer, service, number + place, today - answered_on)
        claim = _bill(payer, service, number, sent_on, is_late=_TIMELY_FILING in terms.refused.values())
        yield PastClaim(claim, _answer(claim, payer, answered_on, terms) if answered_on < today else None)


def _set_terms(payer: DemoPayer, service: DemoService, number: int, age: timedelta) -> _Terms:
    if payer.kind is PayerKind.MEDICARE_ADVANTAGE and age < timedelta(days=_POLICY_DAYS):
        return _Terms({1: _AUTHORIZATION})
    if number % _REFUSED_EACH == 1:
        return _Terms({service.refused_line: service.carc})
    if payer.pays_short and number % _SHORT_EACH == 0:
        return _Terms({}, paid=_SHORT_PAYMENT)
    return _Terms({}, patient=1.0 if number % _DEDUCTIBLE_EACH == 0 else _COINSURANCE)


def _bill(payer: DemoPayer, service: DemoService, number: int, sent_on: date, *, is_late: bool) -> Claim:
    days = _DAYS_WHEN_LATE if is_late else _DAYS_TO_BILL
    return draft_claim(
        f"demo-past-{payer.kind.value.replace('_', '-')}-{number:02}",
        payer={"payer_id": payer.payer_id, "kind": payer.kind},
        patient={"age_years": payer.age_years},
        rendering_npi=service.rendering_npi,
        diagnoses=list(service.diagnoses),
        service_date=_workday(sent_on - timedelta(days=days)),
        prepared_on=sent_on.isoformat(),
        lines=list(service.lines),
    )


def _workday(day: date) -> date:
    """Saturdays and Sundays move to Friday."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _answer(claim: Claim, payer: DemoPayer, on: date, terms: _Terms) -> Remittance:
    lines = tuple(_answer_line(line, payer, terms) for line in claim.lines)
    return Remittance(
        claim_id=claim.claim_id,
        adjudicated_on=on,
        lines=lines,
        status_code="4" if all(line.line_number in terms.refused for line in lines) else "1",
        charge_cents=claim.charge_cents,
        paid_cents=sum(line.paid_cents for line in lines),
        payer_control_number=f"{on:%y%j}{crc32(claim.claim_id.encode()):010}",
    )


def _answer_line(line: ClaimLine, payer: DemoPayer, terms: _Terms) -> RemittanceLine:
    """Payment and adjustments add up to the charge."""
    carc = terms.refused.get(line.line_number)
    if carc is not None:
        refusal = Adjustment(
            group=AdjustmentGroup.CONTRACTUAL, carc=carc, rarc=_REMARKS.get(carc), amount_cents=line.charge_cents
        )
        return _to_line(line, (refusal,))
    allowed = round(payer.allowed_cents(line.charge_cents // line.units) * line.units * terms.paid)
    contractual = Adjustment(group=AdjustmentGroup.CONTRACTUAL, carc="45", amount_cents=line.charge_cents - allowed)
    patient = Adjustment(
        group=AdjustmentGroup.PATIENT,
        carc="1" if terms.patient == 1.0 else "2",
        amount_cents=round(allowed * terms.patient),
    )
    return _to_line(line, (contractual, patient))


def _to_line(line: ClaimLine, adjustments: tuple[Adjustment, ...]) -> RemittanceLine:
    return RemittanceLine(
        line_number=line.line_number,
        charge_cents=line.charge_cents,
        paid_cents=line.charge_cents - sum(one.amount_cents for one in adjustments),
        adjustments=adjustments,
        procedure=line.procedure.code.compact,
        modifiers=line.modifiers,
    )
