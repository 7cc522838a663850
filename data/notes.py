"""What the coding side reads: notes, and the encounter that they document."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, Strict, field_validator, model_validator

from data.codes import CodeSystem
from data.noun import Count, Identifier, IsoDate, Noun

MAX_NOTE_CHARACTERS = 1_000_000


class Setting(StrEnum):
    """Where care took place; it decides which guideline section applies (IV outpatient, II and III inpatient)."""

    OFFICE = "office"
    OUTPATIENT_HOSPITAL = "outpatient_hospital"
    ASC = "asc"
    ED = "ed"
    URGENT_CARE = "urgent_care"
    INPATIENT = "inpatient"
    TELEHEALTH = "telehealth"
    RADIOLOGY = "radiology"
    LABORATORY = "laboratory"
    HOME = "home"
    NURSING_FACILITY = "nursing_facility"
    OTHER = "other"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class PatientStatus(StrEnum):
    """New means no professional service from the same group and specialty within three years."""

    NEW = "new"
    ESTABLISHED = "established"


class Perspective(StrEnum):
    PROFESSIONAL = "professional"
    FACILITY = "facility"
    GLOBAL = "global"


class PayerKind(StrEnum):
    COMMERCIAL = "commercial"
    MEDICARE = "medicare"
    MEDICARE_ADVANTAGE = "medicare_advantage"
    MEDICAID = "medicaid"
    MANAGED_MEDICAID = "managed_medicaid"
    OTHER = "other"


class Profile(StrEnum):
    """Which recognised codes are reported.

    outpatient: what was confirmed at the visit (Official Guidelines, section IV);
    inpatient: UHDDS reporting, uncertain diagnoses at discharge included (sections II and III);
    mentions: every asserted condition, as research corpora are annotated.
    """

    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"
    MENTIONS = "mentions"


class Span(Noun):
    """A place in a note: Unicode code points of the original text, 0-based, half-open."""

    start: Count
    end: Count

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError("a span ends after it starts")
        return self

    def slice(self, text: str) -> str:
        return text[self.start : self.end]


class Note(Noun):
    """The free text of an encounter. Its repr hides the text."""

    document_id: Identifier
    kind: Identifier = "progress_note"
    text: Annotated[str, Strict(), Field(max_length=MAX_NOTE_CHARACTERS, repr=False)]

    @field_validator("text")
    @classmethod
    def _check_text(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("the note is empty")
        if "\x00" in text:
            raise ValueError("the note holds NUL characters, so it is not text")
        return text


class Patient(Noun):
    age_years: Annotated[int, Strict(), Field(ge=0, le=130)] | None = None
    sex: Sex = Sex.UNKNOWN
    status: PatientStatus | None = None


class Payer(Noun):
    payer_id: Identifier
    kind: PayerKind = PayerKind.OTHER


class Encounter(Noun):
    """One visit or stay with the notes that document it."""

    encounter_id: Identifier
    setting: Setting = Setting.OFFICE
    date_of_service: IsoDate
    patient: Patient = Patient()
    perspective: Perspective = Perspective.PROFESSIONAL
    payer: Payer | None = None
    documents: Annotated[tuple[Note, ...], Field(min_length=1, max_length=100, fail_fast=True)]
    code_systems: Annotated[tuple[CodeSystem, ...], Field(max_length=len(CodeSystem), fail_fast=True)] = (
        CodeSystem.ICD10CM,
        CodeSystem.CPT,
        CodeSystem.HCPCS,
    )

    @model_validator(mode="after")
    def _check_documents(self) -> Self:
        if len({note.document_id for note in self.documents}) != len(self.documents):
            raise ValueError("document_id must be unique within an encounter")
        return self
