"""Makes remittances and payments out of the parts that an 835 gives; what can't be read is told."""

import re
from collections.abc import Iterable
from datetime import date

from pydantic import ValidationError

from data.remittances import Payment, Remittance, RemittanceLine
from data.x12.log import ProblemLog
from data.x12.problems import Lost, ProblemKind
from data.x12.remittance_parts import AnswerParts, PaymentParts, ServiceParts
from data.x12.values import Elements, at, to_cents, to_period, to_revenue_code

_REMARK = re.compile(r"[A-Z]{1,2}[0-9]{1,3}")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_REVENUE = "NU"
_PREDETERMINED = "25"


def build_remittance(
    parts: AnswerParts, payment: PaymentParts, log: ProblemLog, sent_on: date | None
) -> Remittance | None:
    """None when claim, status or amounts can't be read; `sent_on` is the day of the envelope."""
    try:
        opening = parts.opening
        remittance = Remittance(
            claim_id=at(opening, 1),
            adjudicated_on=payment.produced_on or payment.issued_on or sent_on,
            lines=tuple(_read_services(parts, log)),
            status_code=at(opening, 2),
            charge_cents=to_cents(at(opening, 3)),
            paid_cents=to_cents(at(opening, 4)),
            patient_cents=to_cents(at(opening, 5)) if at(opening, 5) else None,
            payer_id=payment.payer,
            payer_control_number=at(opening, 7) or None,
            payment_number=payment.number or None,
            adjustments=tuple(parts.adjustments),
            remarks=_read_remarks(parts.remarks, parts, log),
        )
    except (ValidationError, ValueError):
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
    except (ValidationError, ValueError):
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
        except (ValidationError, ValueError):
            log.tell(ProblemKind.BAD_VALUE, Lost.LINE, mark=service.mark)


def _number_lines(services: list[ServiceParts]) -> Iterable[int]:
    """The numbers that the payer repeats, when all are numbers of lines; else the places in the answer."""
    said = [service.control_number for service in services]
    if all(text.isascii() and text.isdigit() and len(text) <= 3 for text in said):
        numbers = [int(text) for text in said]
        if len(set(numbers)) == len(numbers) and 0 not in numbers:
            return numbers
    return range(1, len(services) + 1)


def _read_service(number: int, parts: ServiceParts, claim: AnswerParts, log: ProblemLog) -> RemittanceLine:
    service = parts.service
    paid, billed = (at(service, position).split(claim.component) for position in (1, 6))
    codes = billed if len(billed) > 1 else paid
    is_revenue = codes[0] == _REVENUE
    revenue_code = codes[1] if is_revenue and len(codes) > 1 else at(service, 4)
    return RemittanceLine(
        line_number=number,
        charge_cents=to_cents(at(service, 2)),
        paid_cents=to_cents(at(service, 3) or "0"),
        adjustments=tuple(parts.adjustments),
        procedure=None if is_revenue else at(codes, 1) or None,
        paid_procedure=at(paid, 1) if codes is billed and at(paid, 1) != at(billed, 1) else None,
        modifiers=tuple(code for code in codes[2:6] if _MODIFIER.fullmatch(code)),
        revenue_code=_find_revenue_code(revenue_code),
        service_date=_find_day(parts.date or claim.date),
        control_number=parts.control_number or None,
        remarks=_read_remarks(parts.remarks, parts, log),
    )


def _find_revenue_code(text: str) -> str | None:
    try:
        return to_revenue_code(text) if text else None
    except ValueError:
        return None


def _find_day(text: str) -> date | None:
    try:
        return to_period("D8", text)[0] if text else None
    except ValueError:
        return None


def _read_remarks(codes: Elements, parts: AnswerParts | ServiceParts, log: ProblemLog) -> tuple[str, ...]:
    kept = tuple(code for code in codes if _REMARK.fullmatch(code))
    if len(kept) != len(codes):
        log.tell(ProblemKind.BAD_CODE, Lost.VALUE, mark=parts.mark)
    return kept


def _is_balanced(answer: Remittance) -> bool:
    """The charge less all adjustments is what was paid; a predetermination pays nothing yet."""
    adjusted = sum(one.amount_cents for one in answer.adjustments)
    adjusted += sum(one.amount_cents for line in answer.lines for one in line.adjustments)
    is_even = (answer.charge_cents or 0) - adjusted == (answer.paid_cents or 0)
    return is_even or answer.status_code == _PREDETERMINED
