"""What a payer answered."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, Strict

from data.noun import Identifier, IsoDate, Modifier, Noun, Positive

Amount = Annotated[int, Strict(), Field(ge=-(10**12), le=10**12)]
Remark = Annotated[str, Field(pattern=r"^[A-Z]{1,2}[0-9]{1,3}$")]
Reference = Annotated[str, Field(min_length=1, max_length=50)]
_REVERSED = "22"


class AdjustmentGroup(StrEnum):
    CONTRACTUAL = "CO"
    PATIENT = "PR"
    PAYER_INITIATED = "PI"
    OTHER = "OA"
    CORRECTION = "CR"


class Adjustment(Noun):
    """An amount by which a payer changed a line, with its claim adjustment reason code (CARC)."""

    group: AdjustmentGroup
    carc: Annotated[str, Field(pattern=r"^[A-Z]?[0-9]{1,3}$")]
    rarc: Remark | None = None
    amount_cents: Amount
    quantity: Annotated[int, Strict()] | None = None


class RemittanceLine(Noun):
    """`line_number` is the line's place in the answer unless the payer repeated the number of the claim's line.

    `procedure` is the code as billed, `paid_procedure` the one that the payer put in its place.
    """

    line_number: Positive
    charge_cents: Amount
    paid_cents: Amount
    adjustments: tuple[Adjustment, ...] = ()
    procedure: Annotated[str, Field(max_length=48)] | None = None
    paid_procedure: Annotated[str, Field(max_length=48)] | None = None
    modifiers: Annotated[tuple[Modifier, ...], Field(max_length=4)] = ()
    revenue_code: Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None = None
    service_date: IsoDate | None = None
    control_number: Reference | None = None
    remarks: tuple[Remark, ...] = ()


class Remittance(Noun):
    """One adjudication of one claim. `adjustments` are those of the claim as a whole; `lines` may be left out.

    `status_code` is CLP02: 1 to 3 processed, 4 denied, 19 to 21 processed and forwarded, 22 reversal.
    """

    claim_id: Identifier
    adjudicated_on: IsoDate
    lines: tuple[RemittanceLine, ...] = ()
    status_code: Annotated[str, Field(pattern=r"^[0-9]{1,2}$")] | None = None
    charge_cents: Amount | None = None
    paid_cents: Amount | None = None
    patient_cents: Amount | None = None
    payer_id: Identifier | None = None
    payer_control_number: Reference | None = None
    payment_number: Reference | None = None
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def is_reversal(self) -> bool:
        """It takes an earlier answer back; its amounts are negative."""
        return self.status_code == _REVERSED


class ProviderAdjustment(Noun):
    """Money moved outside any claim: a takeback, interest, a capitation payment. Positive amounts lower the payment."""

    provider_id: Identifier
    fiscal_period_ends_on: IsoDate
    reason_code: Annotated[str, Field(min_length=1, max_length=2)]
    reference: Reference | None = None
    amount_cents: Amount


class Payment(Noun):
    """A check or transfer that pays for many claims; their remittances repeat its `payment_number`."""

    payment_number: Reference
    payer_id: Identifier
    payee_id: Identifier | None = None
    amount_cents: Amount
    paid_on: IsoDate
    adjustments: tuple[ProviderAdjustment, ...] = ()
