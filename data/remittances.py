"""What a payer answered."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, Strict

from data.noun import Cents, Identifier, IsoDate, Noun, Positive


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
    rarc: Annotated[str, Field(pattern=r"^[A-Z]{1,2}[0-9]{1,3}$")] | None = None
    amount_cents: Annotated[int, Strict()]


class RemittanceLine(Noun):
    line_number: Positive
    charge_cents: Cents
    paid_cents: Annotated[int, Strict()]
    adjustments: tuple[Adjustment, ...] = ()


class Remittance(Noun):
    """One adjudication of one claim."""

    claim_id: Identifier
    adjudicated_on: IsoDate
    lines: Annotated[tuple[RemittanceLine, ...], Field(min_length=1)]
