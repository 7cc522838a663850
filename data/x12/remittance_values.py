"""Makes remittances and payments out of the parts that an 835 gives; what can't be read is told."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from data.remittances import Payment, Remittance, RemittanceLine
from data.x12.log import ProblemLog
from data.x12.nouns import make_answer, make_remittance
from data.x12.problems import Lost, ProblemKind
from data.x12.remittance_parts import AnswerParts, PaymentParts, ServiceParts
from data.x12.values import at, fill, to_cents, to_period, to_revenue_code

_REMEMBERED = 1 << 16
_REMARK = re.compile(r"[A-Z]{1,2}[0-9]{1,3}")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_REVENUE = "NU"
_PREDETERMINED = "25"
_MOST_DIGITS = 3


def build_remittance(
    parts: AnswerParts, payment: PaymentParts, log: ProblemLog, sent_on: date | None
) -> Remittance | None:
    """None when claim, status or amounts can't be read; `sent_on` is the day of the envelope."""
    try:
        opening = fill(parts.opening, 8)
        remittance = make_remittance(
            {
                "claim_id": opening[1],
                "adjudicated_on": payment.produced_on or payment.issued_on or sent_on,
                "lines": tuple(_read_services(parts, log)),
                "status_code": opening[2],
                "charge_cents": to_cents(opening[3]),
                "paid_cents": to_cents(opening[4]),
                "patient_cents": to_cents(opening[5]) if opening[5] else None,
                "payer_id": payment.payer,
                "payer_control_number": opening[7] or None,
                "payment_number": payment.number or None,
                "adjustments": parts.adjustments,
                "remarks": parts.remarks and _read_remarks(parts.remarks, parts, log),
            }
        )
    except ValueError:
        log.tell(ProblemKind.BAD_VALUE, Lost.CLAIM, mark=parts.mark)
        return None
    payment.paid += remittance.paid_cents or 0
    if not _is_balanced(remittance):
        log.tell(ProblemKind.UNBALANCED, mark=parts.mark)
    return remittance


def build_payment(parts: PaymentParts, log: ProblemLog, sent_on: date | None) -> Payment | None:
    try:
        payment = Payment(
            payment_number=parts.number,
            payer_id=parts.payer,
            payee_id=parts.payee_id or None,
            amount_cents=parts.amount,
            paid_on=parts.issued_on or parts.produced_on or sent_on,
            adjustments=tuple(parts.adjustments),
        )
    except ValueError:
        log.tell(ProblemKind.MISSING_VALUE, Lost.PAYMENT, mark=parts.mark)
        return None
    if payment.amount_cents != parts.paid - sum(one.amount_cents for one in payment.adjustments):
        log.tell(ProblemKind.UNBALANCED, mark=parts.mark)
    return payment


def _read_services(parts: AnswerParts, log: ProblemLog) -> Iterable[RemittanceLine]:
    numbers = _number_lines(parts.services)
    for number, service in zip(numbers, parts.services, strict=True):
        try:
            yield _read_service(number, service, parts, log)
        except ValueError:
            log.tell(ProblemKind.BAD_VALUE, Lost.LINE, mark=service.mark)


def _number_lines(services: list[ServiceParts]) -> Iterable[int]:
    """The numbers that the payer repeats, when all are numbers of lines; else the places in the answer."""
    numbers = [_to_number(service.control_number) for service in services]
    is_usable = len(set(numbers)) == len(numbers) and 0 not in numbers
    return numbers if is_usable else range(1, len(services) + 1)


@lru_cache(_REMEMBERED)
def _to_number(text: str) -> int:
    """0 for what is no number of a line."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


def _read_service(number: int, parts: ServiceParts, claim: AnswerParts, log: ProblemLog) -> RemittanceLine:
    said = _read_opening(parts.service, *claim.separators)
    return make_answer(
        {
            "line_number": number,
            "charge_cents": said.charge_cents,
            "paid_cents": said.paid_cents,
            "adjustments": parts.adjustments,
            "procedure": said.procedure,
            "paid_procedure": said.paid_procedure,
            "modifiers": said.modifiers,
            "revenue_code": said.revenue_code,
            "service_date": _find_day(parts.date or claim.date),
            "control_number": parts.control_number or None,
            "remarks": parts.remarks and _read_remarks(parts.remarks, parts, log),
        }
    )


class _Opening(NamedTuple):
    """What SVC says."""

    charge_cents: int
    paid_cents: int
    procedure: str | None
    paid_procedure: str | None
    modifiers: tuple[str, ...]
    revenue_code: str | None


@lru_cache(_REMEMBERED)
def _read_opening(segment: str, element: str, component: str) -> _Opening:
    service = fill(segment.split(element), 7)
    procedure, paid_procedure, modifiers, revenue_code = _read_codes(service[1], service[6], component)
    return _Opening(
        charge_cents=to_cents(service[2]),
        paid_cents=to_cents(service[3] or "0"),
        procedure=procedure,
        paid_procedure=paid_procedure,
        modifiers=modifiers,
        revenue_code=_find_revenue_code(service[4] if revenue_code is None else revenue_code),
    )


class _Codes(NamedTuple):
    """`revenue_code` is as it was written, None where the composite holds a procedure."""

    procedure: str | None
    paid_procedure: str | None
    modifiers: tuple[str, ...]
    revenue_code: str | None


def _read_codes(as_paid: str, as_billed: str, component: str) -> _Codes:
    paid, billed = as_paid.split(component), as_billed.split(component)
    codes = billed if len(billed) > 1 else paid
    is_revenue = codes[0] == _REVENUE
    return _Codes(
        procedure=None if is_revenue else at(codes, 1) or None,
        paid_procedure=at(paid, 1) if codes is billed and at(paid, 1) != at(billed, 1) else None,
        modifiers=tuple(code for code in codes[2:6] if _MODIFIER.fullmatch(code)),
        revenue_code=codes[1] if is_revenue and len(codes) > 1 else None,
    )


def _find_revenue_code(text: str) -> str | None:
    try:
        return to_revenue_code(text) if text else None
    except ValueError:
        return None


@lru_cache(_REMEMBERED)
def _find_day(text: str) -> date | None:
    try:
        return to_period("D8", text)[0] if text else None
    except ValueError:
        return None


def _read_remarks(codes: Sequence[str], parts: AnswerParts | ServiceParts, log: ProblemLog) -> tuple[str, ...]:
    kept = tuple(code for code in codes if _REMARK.fullmatch(code))
    if len(kept) != len(codes):
        log.tell(ProblemKind.BAD_CODE, Lost.VALUE, mark=parts.mark)
    return kept


def _is_balanced(answer: Remittance) -> bool:
    """The charge less all adjustments is what was paid; a predetermination pays nothing yet."""
    adjusted = sum([one.amount_cents for one in answer.adjustments])
    for line in answer.lines:
        for one in line.adjustments:
            adjusted += one.amount_cents
    is_even = (answer.charge_cents or 0) - adjusted == (answer.paid_cents or 0)
    return is_even or answer.status_code == _PREDETERMINED
