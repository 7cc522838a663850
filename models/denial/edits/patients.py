"""Rules on what a code says about the patient: age, sex, new or established."""

from collections.abc import Iterator

from data.notes import PatientStatus, Sex
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.evaluations import ESTABLISHED_PATIENT, NEW_PATIENT, PREVENTIVE_AGES
from models.denial.edits.rule import Finding, rule
from models.denial.edits.sources import CPT_CONVENTION, ICD10CM_TABULAR, claims_manual, icd10cm_guidelines

_FEMALE_PREFIXES = ("O", "C51", "C52", "C53", "C54", "C55", "C56", "C57", "N70", "N71", "N72", "N73", "N76", "N80",
                    "N81", "N83", "N84", "N85", "N86", "N87", "N88", "N91", "N92", "N93", "N94", "N95", "Z33", "Z34",
                    "Z3A", "Z01411", "Z01419")  # fmt: skip
_MALE_PREFIXES = ("C60", "C61", "C62", "C63", "N40", "N41", "N42", "N43", "N44", "N45", "N47", "N48", "N49", "N50")
_ADULT_EXAMS = ("Z000",)
_CHILD_EXAMS = ("Z0012", "Z00110", "Z00111")
_ADULT_FROM, _CHILD_UNTIL = 15, 17
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
    icd10cm_guidelines("Section I.C.21.c.13: routine examinations"),
    "Routine examination codes differ for children and adults.",
)
def age_of_diagnosis(context: ClaimContext) -> Iterator[Finding]:
    age = context.claim.patient.age_years
    if age is None:
        return
    for position, code in enumerate(context.diagnoses):
        is_adult_exam_of_child = code.startswith(_ADULT_EXAMS) and age < _ADULT_FROM
        is_child_exam_of_adult = code.startswith(_CHILD_EXAMS) and age > _CHILD_UNTIL
        if is_adult_exam_of_child or is_child_exam_of_adult:
            yield Finding(
                f"{context.claim.diagnoses[position]} is for {'adults' if is_adult_exam_of_child else 'children'}; "
                f"the patient is {age}.",
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
    prefixes = {Sex.MALE: _FEMALE_PREFIXES, Sex.FEMALE: _MALE_PREFIXES}.get(sex)
    if prefixes is None or all(_CONFLICT_RESOLVED in line.modifiers for line in context.claim.lines):
        return
    for position, code in enumerate(context.diagnoses):
        if code.startswith(prefixes):
            yield Finding(
                f"{context.claim.diagnoses[position]} does not go with the sex on file ({sex.value}); "
                "correct the registration, or use modifier KX where the code is right.",
                fields=(f"/diagnoses/{position}", "/patient/sex"),
            )


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


RULES = (preventive_visit, age_of_diagnosis, sex_of_diagnosis, new_patient)
