"""Walks through the loops of an 835 and gathers each claim's answer, and the payment that they share."""

from collections.abc import Callable, Mapping
from datetime import date

from data.remittances import ProviderAdjustment
from data.x12.adjustments import read_adjustments
from data.x12.log import ProblemLog
from data.x12.problems import Lost, ProblemKind
from data.x12.remittance_parts import AnswerParts, PaymentParts, ServiceParts
from data.x12.values import Elements, at, to_cents, to_date

_PASSED = "CUR N2 N3 N4 PER RDM TS2 TS3 NM1 AMT QTY LX".split()
_REMARKS = ("HE", "RX")
# Where MIA and MOA have remark codes, and PLB its pairs of reason and amount.
_INPATIENT_REMARKS = (5, 20, 21, 22, 23)
_OUTPATIENT_REMARKS = (3, 4, 5, 6, 7)
_PROVIDER_PAIRS = (3, 5, 7, 9, 11, 13)


class RemittanceLoops:
    """One 835 transaction. Every whole answer goes to `close` when the next begins, the payment when all are in."""

    def __init__(
        self,
        log: ProblemLog,
        close: Callable[[AnswerParts, PaymentParts], None],
        close_payment: Callable[[PaymentParts], None],
    ) -> None:
        self._log = log
        self._close = close
        self._close_payment = close_payment
        self.begin()
        self.handlers: Mapping[str, Callable[[Elements], None]] = dict.fromkeys(_PASSED, _pass) | {
            "BPR": self._take_amount,
            "TRN": self._take_trace,
            "DTM": self._take_date,
            "N1": self._take_party,
            "REF": self._take_reference,
            "CLP": self._take_claim,
            "CAS": self._take_adjustments,
            "MIA": self._take_inpatient,
            "MOA": self._take_outpatient,
            "SVC": self._take_service,
            "LQ": self._take_remark,
            "PLB": self._take_provider_adjustments,
        }

    def begin(self) -> None:
        self._payment = PaymentParts(self._log.mark)
        self._claim: AnswerParts | None = None
        self._service: ServiceParts | None = None

    def finish(self, *, is_whole: bool) -> None:
        """What was being read when the transaction broke off may lack its end, so it is not kept."""
        if is_whole:
            self._end_claim()
            self._close_payment(self._payment)
            return
        if self._claim is not None:
            self._log.tell(ProblemKind.TRUNCATED, Lost.CLAIM, mark=self._claim.mark)
        self._log.tell(ProblemKind.TRUNCATED, Lost.PAYMENT, mark=self._payment.mark)

    def _end_claim(self) -> None:
        claim, self._claim, self._service = self._claim, None, None
        if claim is not None:
            self._close(claim, self._payment)

    def _take_amount(self, elements: Elements) -> None:
        self._payment.amount = self._cents(elements, 2)
        if at(elements, 16):
            self._payment.issued_on = self._date(elements, 16)

    def _take_trace(self, elements: Elements) -> None:
        self._payment.number, self._payment.originator = at(elements, 2), at(elements, 3)

    def _take_date(self, elements: Elements) -> None:
        kind, text = at(elements, 1), at(elements, 2)
        if self._service is not None:
            if kind in ("472", "150"):
                self._service.date = text
        elif self._claim is not None:
            if kind == "232":
                self._claim.date = text
        elif kind == "405":
            self._payment.produced_on = self._date(elements, 2)

    def _take_party(self, elements: Elements) -> None:
        match at(elements, 1):
            case "PR":
                self._payment.payer_name, self._payment.payer_id = at(elements, 2), at(elements, 4)
            case "PE":
                self._payment.payee_id = at(elements, 4)

    def _take_reference(self, elements: Elements) -> None:
        kind = at(elements, 1)
        if self._service is not None:
            if kind == "6R":
                self._service.control_number = at(elements, 2)
        elif self._claim is None and kind == "2U" and not self._payment.payer_id:
            self._payment.payer_id = at(elements, 2)

    def _take_claim(self, elements: Elements) -> None:
        self._end_claim()
        mark = self._log.mark
        marks = mark[0].delimiters
        self._claim = AnswerParts(mark, elements, (marks.element, marks.component))

    def _take_adjustments(self, elements: Elements) -> None:
        place = self._service or self._claim
        if place is None:
            self._log.tell(ProblemKind.MISPLACED, Lost.SEGMENT)
            return
        element = self._log.mark[0].delimiters.element
        adjustments, findings = read_adjustments(element.join(elements), element)
        place.adjustments += adjustments
        for kind, lost, position in findings:
            self._log.tell(kind, lost, position)

    def _take_inpatient(self, elements: Elements) -> None:
        self._add_remarks(elements, _INPATIENT_REMARKS)

    def _take_outpatient(self, elements: Elements) -> None:
        self._add_remarks(elements, _OUTPATIENT_REMARKS)

    def _add_remarks(self, elements: Elements, places: tuple[int, ...]) -> None:
        if self._claim is not None:
            self._claim.remarks += tuple(code for place in places if (code := at(elements, place)))

    def _take_service(self, elements: Elements) -> None:
        if self._claim is None:
            self._log.tell(ProblemKind.MISPLACED, Lost.LINE)
            return
        block, _ = mark = self._log.mark
        self._service = ServiceParts(mark, block.delimiters.element.join(elements))
        self._claim.services.append(self._service)
        self._find_component(self._claim, at(elements, 1))

    def _find_component(self, claim: AnswerParts, composite: str) -> None:
        """A qualifier and a code: where ISA's separator is not between them, another one is in use."""
        other = composite[2:3]
        element, component = claim.separators
        if other and component not in composite and not other.isalnum():
            claim.separators = element, other
            self._log.tell(ProblemKind.OTHER_SEPARATOR, element=1)

    def _take_remark(self, elements: Elements) -> None:
        if self._service is not None and at(elements, 1) in _REMARKS:
            self._service.remarks += (at(elements, 2),)

    def _take_provider_adjustments(self, elements: Elements) -> None:
        self._end_claim()
        component = self._log.mark[0].delimiters.component
        for position in _PROVIDER_PAIRS:
            if not at(elements, position):
                continue
            reason, _, reference = at(elements, position).partition(component)
            try:
                adjustment = ProviderAdjustment(
                    provider_id=at(elements, 1),
                    fiscal_period_ends_on=to_date(at(elements, 2)),
                    reason_code=reason,
                    reference=reference or None,
                    amount_cents=to_cents(at(elements, position + 1)),
                )
            except ValueError:
                self._log.tell(ProblemKind.BAD_VALUE, Lost.VALUE, position)
            else:
                self._payment.adjustments.append(adjustment)

    def _cents(self, elements: Elements, position: int) -> int | None:
        try:
            return to_cents(at(elements, position))
        except ValueError:
            self._log.tell(ProblemKind.BAD_VALUE, Lost.VALUE, position)
            return None

    def _date(self, elements: Elements, position: int) -> date | None:
        try:
            return to_date(at(elements, position))
        except ValueError:
            self._log.tell(ProblemKind.BAD_VALUE, Lost.VALUE, position)
            return None


def _pass(_elements: Elements) -> None:
    """Nothing of it belongs to a remittance as it is kept here."""
