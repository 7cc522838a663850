"""Draft claims, as a biller prepares them."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    ConfigDict,
    Field,
    InstanceOf,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticKnownError

from data.codes import CodeSystem, Cpt, Hcpcs, ProcedureCode, parse_code
from data.notes import Patient as EncounterPatient
from data.notes import Payer
from data.noun import Cents, Diagnosis, Identifier, IsoDate, Modifier, Noun, Positive


class ClaimForm(StrEnum):
    PROFESSIONAL = "professional"
    INSTITUTIONAL = "institutional"


class UnitBasis(StrEnum):
    """What `units` counts: most services by the unit, anaesthesia by the minute, a hospital bed by the day."""

    UNIT = "unit"
    MINUTE = "minute"
    DAY = "day"


class Procedure(Noun):
    """A billed service on the wire: `{"system": "cpt", "code": "99214"}`."""

    model_config = ConfigDict(
        json_schema_extra={
            "properties": {
                "system": {"enum": ["cpt", "hcpcs"]},
                "code": {"type": "string", "pattern": "^[0-9A-Za-z]{5}$"},
            },
            "required": ["system", "code"],
        }
    )

    code: Annotated[InstanceOf[Cpt] | InstanceOf[Hcpcs], WithJsonSchema({"type": "string"})]

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if isinstance(value, Cpt | Hcpcs):
            return {"code": value}
        if isinstance(value, dict) and isinstance(value.get("code"), str):
            if set(value) != {"system", "code"} or value["system"] not in (CodeSystem.CPT, CodeSystem.HCPCS):
                raise ValueError("a procedure has a system, cpt or hcpcs, and a code")
            return {"code": parse_code(value["system"], value["code"])}
        return value

    @model_serializer
    def _write(self) -> dict[str, str]:
        return {"system": self.code.system.value, "code": self.code.compact}

    @classmethod
    def of(cls, code: ProcedureCode) -> Self:
        return cls.model_validate(code)


class ClaimPatient(EncounterPatient):
    patient_id: Annotated[str, Field(min_length=1, max_length=128, repr=False)]


LineNumber = Annotated[Positive, Field(le=999)]
Units = Annotated[Positive, Field(le=99_999)]
RevenueCode = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
# ICD-9-CM, without its dot: what claims for services before October 2015 bill.
Icd9Diagnosis = Annotated[str, Field(pattern=r"^(?:[0-9]{3}|V[0-9]{2}|E[0-9]{3})[0-9]{0,2}$")]


class ClaimLine(Noun):
    """`control_number` is what the biller calls the line, where it is not its number; remittances repeat it."""

    line_number: LineNumber
    procedure: Procedure
    modifiers: Annotated[tuple[Modifier, ...], Field(max_length=4, fail_fast=True)] = ()
    diagnosis_pointers: Annotated[tuple[Positive, ...], Field(max_length=12, fail_fast=True)] = ()
    units: Units = 1
    unit_basis: UnitBasis = UnitBasis.UNIT
    charge_cents: Cents
    service_date: IsoDate
    service_end_date: IsoDate | None = None
    place_of_service: Annotated[str, Field(pattern=r"^[0-9]{2}$")] | None = None
    revenue_code: RevenueCode | None = None
    control_number: Annotated[str, Field(min_length=1, max_length=50)] | None = None


class RevenueLine(Noun):
    """A line of an institutional claim that bills a revenue code without a procedure, such as a room by the day."""

    line_number: LineNumber
    revenue_code: RevenueCode
    units: Units = 1
    unit_basis: UnitBasis = UnitBasis.UNIT
    charge_cents: Cents
    service_date: IsoDate
    service_end_date: IsoDate | None = None
    control_number: Annotated[str, Field(min_length=1, max_length=50)] | None = None


class Claim(Noun):
    """A draft claim. Its values are well formed; whether they are billable is what the edits say.

    `facility_type` is the type of bill without its frequency. A claim has `diagnoses`, or, for services before
    October 2015, `icd9_diagnoses`; the pointers of its lines point into the one that it has.
    """

    claim_id: Identifier
    form: ClaimForm = ClaimForm.PROFESSIONAL
    payer: Payer
    billing_npi: Annotated[str, Field(max_length=20)] = ""
    rendering_npi: Annotated[str, Field(max_length=20)] = ""
    rendering_taxonomy: Annotated[str, Field(max_length=20)] = ""
    patient: ClaimPatient
    diagnoses: Annotated[tuple[Diagnosis, ...], Field(max_length=25, fail_fast=True)] = ()
    icd9_diagnoses: Annotated[tuple[Icd9Diagnosis, ...], Field(max_length=25, fail_fast=True)] = ()
    prior_authorization: Annotated[str, Field(max_length=50)] | None = None
    payer_control_number: Annotated[str, Field(max_length=50)] | None = None
    facility_type: Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$")] | None = None
    frequency_code: Annotated[str, Field(pattern=r"^[0-9A-Z]$")] = "1"
    prepared_on: IsoDate
    encounter_id: Identifier | None = None
    revenue_lines: Annotated[tuple[RevenueLine, ...], Field(max_length=999, fail_fast=True)] = ()
    lines: Annotated[tuple[ClaimLine, ...], Field(max_length=999, fail_fast=True)]

    @field_validator("lines")
    @classmethod
    def _check_numbers(cls, lines: tuple[ClaimLine, ...], info: ValidationInfo) -> tuple[ClaimLine, ...]:
        others: tuple[RevenueLine, ...] = info.data.get("revenue_lines", ())
        if not lines and not others:
            raise PydanticKnownError("too_short", {"field_type": "Tuple", "min_length": 1, "actual_length": 0})
        if len({line.line_number for line in lines} | {line.line_number for line in others}) != len(lines) + len(
            others
        ):
            raise ValueError("line numbers are unique within a claim")
        return lines

    @property
    def all_lines(self) -> tuple[ClaimLine | RevenueLine, ...]:
        """In the order of their numbers."""
        lines: list[ClaimLine | RevenueLine] = [*self.lines, *self.revenue_lines]
        return tuple(sorted(lines, key=lambda line: line.line_number))

    @property
    def charge_cents(self) -> int:
        return sum(line.charge_cents for line in self.lines) + sum(line.charge_cents for line in self.revenue_lines)
