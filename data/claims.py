"""Draft claims, as a biller prepares them."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, InstanceOf, WithJsonSchema, field_validator, model_serializer, model_validator

from data.codes import CodeSystem, Cpt, Hcpcs, ProcedureCode, parse_code
from data.notes import Patient as EncounterPatient
from data.notes import Payer
from data.noun import Cents, Diagnosis, Identifier, IsoDate, Modifier, Noun, Positive


class ClaimForm(StrEnum):
    PROFESSIONAL = "professional"
    INSTITUTIONAL = "institutional"


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


class ClaimLine(Noun):
    line_number: Annotated[Positive, Field(le=999)]
    procedure: Procedure
    modifiers: Annotated[tuple[Modifier, ...], Field(max_length=4, fail_fast=True)] = ()
    diagnosis_pointers: Annotated[tuple[Positive, ...], Field(max_length=12, fail_fast=True)] = ()
    units: Annotated[Positive, Field(le=99_999)] = 1
    charge_cents: Cents
    service_date: IsoDate
    place_of_service: Annotated[str, Field(pattern=r"^[0-9]{2}$")] | None = None
    revenue_code: Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None = None


class Claim(Noun):
    """A draft claim. Its values are well formed; whether they are billable is what the edits say."""

    claim_id: Identifier
    form: ClaimForm = ClaimForm.PROFESSIONAL
    payer: Payer
    billing_npi: Annotated[str, Field(max_length=20)] = ""
    rendering_npi: Annotated[str, Field(max_length=20)] = ""
    rendering_taxonomy: Annotated[str, Field(max_length=20)] = ""
    patient: ClaimPatient
    diagnoses: Annotated[tuple[Diagnosis, ...], Field(max_length=25, fail_fast=True)] = ()
    prior_authorization: Annotated[str, Field(max_length=50)] | None = None
    frequency_code: Annotated[str, Field(pattern=r"^[0-9A-Z]$")] = "1"
    prepared_on: IsoDate
    encounter_id: Identifier | None = None
    lines: Annotated[tuple[ClaimLine, ...], Field(min_length=1, max_length=999, fail_fast=True)]

    @field_validator("lines")
    @classmethod
    def _check_numbers(cls, lines: tuple[ClaimLine, ...]) -> tuple[ClaimLine, ...]:
        if len({line.line_number for line in lines}) != len(lines):
            raise ValueError("line numbers are unique within a claim")
        return lines

    @property
    def charge_cents(self) -> int:
        return sum(line.charge_cents for line in self.lines)
