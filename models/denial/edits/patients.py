"""Rules on what a code says about the patient: age, sex, new or established."""

import re
from collections.abc import Iterator
from functools import lru_cache

from data.diagnosis_edits import DiagnosisTrait, find_diagnosis_edit
from data.notes import PatientStatus, Sex
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.evaluations import (
    ESTABLISHED_PATIENT,
    FEMALE_PROCEDURES,
    MALE_PROCEDURES,
    NEW_PATIENT,
    PREVENTIVE_AGES,
    PROCEDURE_AGES,
)
from models.denial.edits.rule import Finding, rule
from models.denial.edits.sources import CPT_CONVENTION, ICD10CM_TABULAR, claims_manual, icd10cm_guidelines

_TRAITS = {Sex.MALE: DiagnosisTrait.FEMALE, Sex.FEMALE: DiagnosisTrait.MALE}
_SEX_IN_TERM = re.compile(r"\b(female|male)\b")
_CONFLICT_RESOLVED = "KX"


@rule(
    "age.preventive_visit",
    Severity.DENY,
    Reason.CODING,
    CPT_CONVENTION,
    "The number of a preventive visit names the patient's age group.",
)
def preventive_visit(context: ClaimContext) -> Iterator[Finding]:
    age = context.claim.patient.age_years
    for line in context.claim.lines:
        ages = PREVENTIVE_AGES.get(line.procedure.code.compact)
        if age is None or ages is None or ages[0] <= age <= ages[1]:
            continue
        group = f"of {ages[0]} years and over" if ages[1] > 100 else f"from {ages[0]} to {ages[1]} years"
        yield Finding(
            f"Line {line.line_number}: {line.procedure.code} is for patients {group}; this one is {age}.",
            (line.line_number,),
            (context.field(line, "procedure"), "/patient/age_years"),
        )


@rule(
    "age.diagnosis",
    Severity.WARN,
    Reason.CODING,
    icd10cm_guidelines("Sections I.C.13.d, I.C.15, I.C.21.c.3 and 13: codes for newborns, children, adults, pregnancy"),
    "Codes for newborns, children, adults and pregnancy agree with the patient's age.",
)
def age_of_diagnosis(context: ClaimContext) -> Iterator[Finding]:
    age = context.claim.patient.age_years
    if age is None:
        return
    for position, code in enumerate(context.diagnoses):
        edit = find_diagnosis_edit(DiagnosisTrait.AGE, code)
        if edit and not edit.allows(age):
            yield Finding(
                f"{context.claim.diagnoses[position]} is for {edit.words}; the patient is {age}.",
                fields=(f"/diagnoses/{position}", "/patient/age_years"),
            )


@rule(
    "sex.diagnosis",
    Severity.WARN,
    Reason.CODING,
    ICD10CM_TABULAR,
    "A diagnosis of sex-specific organs or of pregnancy agrees with the patient's sex on file, or KX says it is right.",
)
def sex_of_diagnosis(context: ClaimContext) -> Iterator[Finding]:
    sex = context.claim.patient.sex
    trait = _TRAITS.get(sex)
    if trait is None or all(_CONFLICT_RESOLVED in line.modifiers for line in context.claim.lines):
        return
    named = trait.value
    for position, code in enumerate(context.diagnoses):
        if find_diagnosis_edit(trait, code) or _names_sex(context, code) == named:
            yield Finding(
                f"{context.claim.diagnoses[position]} does not go with the sex on file ({sex.value}); "
                "correct the registration, or use modifier KX where the code is right.",
                fields=(f"/diagnoses/{position}", "/patient/sex"),
            )


def _names_sex(context: ClaimContext, code: str) -> str | None:
    """The one sex that the code's term names."""
    entry = context.icd10cm.find(code) if context.icd10cm else None
    return _sex_in(entry.term) if entry else None


@lru_cache(maxsize=65_536)
def _sex_in(term: str) -> str | None:
    named = set(_SEX_IN_TERM.findall(term.lower()))
    return named.pop() if len(named) == 1 else None


@rule(
    "status.new_patient",
    Severity.DENY,
    Reason.CODING,
    claims_manual("Chapter 12, section 30.6.7"),
    "A new-patient visit needs three years without a service by the group and specialty.",
)
def new_patient(context: ClaimContext) -> Iterator[Finding]:
    wrong = {PatientStatus.ESTABLISHED: NEW_PATIENT, PatientStatus.NEW: ESTABLISHED_PATIENT}
    status = context.claim.patient.status
    if status is None:
        return
    for line in context.claim.lines:
        code = line.procedure.code.compact
        if code in wrong[status] and code != "99211":
            yield Finding(
                f"Line {line.line_number}: {code} is for {'new' if code in NEW_PATIENT else 'established'} patients; "
                f"this one is {status.value}.",
                (line.line_number,),
                (context.field(line, "procedure"), "/patient/status"),
            )


@rule(
    "age.procedure",
    Severity.DENY,
    Reason.CODING,
    CPT_CONVENTION,
    "The number of some services names the patient's age group: intensive care of newborns, immunization counselling.",
)
def age_of_procedure(context: ClaimContext) -> Iterator[Finding]:
    age = context.claim.patient.age_years
    for line in context.claim.lines:
        ages = PROCEDURE_AGES.get(line.procedure.code.compact)
        if age is None or ages is None or ages[0] <= age <= ages[1]:
            continue
        group = f"of {ages[0]} years and over" if ages[1] > 100 else f"up to the age of {ages[1]}"
        yield Finding(
            f"Line {line.line_number}: {line.procedure.code} is for patients {group}; this one is {age}.",
            (line.line_number,),
            (context.field(line, "procedure"), "/patient/age_years"),
        )


@rule(
    "sex.procedure",
    Severity.WARN,
    Reason.CODING,
    CPT_CONVENTION,
    "A procedure on sex-specific organs agrees with the patient's sex on file, or KX says it is right.",
)
def sex_of_procedure(context: ClaimContext) -> Iterator[Finding]:
    sex = context.claim.patient.sex
    wrong = {Sex.MALE: FEMALE_PROCEDURES, Sex.FEMALE: MALE_PROCEDURES}.get(sex, frozenset())
    for line in context.claim.lines:
        if line.procedure.code.compact in wrong and _CONFLICT_RESOLVED not in line.modifiers:
            yield Finding(
                f"Line {line.line_number}: {line.procedure.code} does not go with the sex on file ({sex.value}); "
                "correct the registration, or use modifier KX where the code is right.",
                (line.line_number,),
                (context.field(line, "procedure"), "/patient/sex"),
            )


RULES = (preventive_visit, age_of_diagnosis, sex_of_diagnosis, new_patient, age_of_procedure, sex_of_procedure)
