"""Rules on the order of diagnoses, and on diagnoses that say less than they could."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from data.claims import ClaimLine
from data.codeset import CodeSet
from data.diagnosis_edits import DiagnosisTrait, find_diagnosis_edit
from data.institutional import INPATIENT_TYPES
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.rule import Finding, Period, rule
from models.denial.edits.sources import MEDICARE_CODE_EDITOR, icd10cm_guidelines

_SINCE_FY2023 = Period(first=date(2022, 10, 1))
_INJURY_LETTERS = "STM"
_SEQUELA = "S"
_SIDES = {"LT": (" left ", " right "), "RT": (" right ", " left ")}


@rule(
    "icd10cm.supplementary_first",
    Severity.DENY,
    Reason.CODING,
    icd10cm_guidelines("Sections I.B.7, I.B.14, I.C.1.d, I.C.15.c and I.C.21.c.3"),
    "Organisms, resistance, weeks of pregnancy, outcome of delivery and body mass index never stand first.",
)
def supplementary_first(context: ClaimContext) -> Iterator[Finding]:
    yield from _find_first(context, DiagnosisTrait.SUPPLEMENTARY)


@rule(
    "icd10cm.unacceptable_principal",
    Severity.DENY,
    Reason.CODING,
    MEDICARE_CODE_EDITOR,
    "A history, status or circumstance is not the principal diagnosis of a hospital stay.",
)
def unacceptable_principal(context: ClaimContext) -> Iterator[Finding]:
    if not context.is_professional and context.claim.facility_type in INPATIENT_TYPES:
        yield from _find_first(context, DiagnosisTrait.UNACCEPTABLE_PRINCIPAL)


def _find_first(context: ClaimContext, trait: DiagnosisTrait) -> Iterator[Finding]:
    edit = find_diagnosis_edit(trait, context.diagnoses[0]) if context.diagnoses else None
    if edit:
        yield Finding(
            f"{context.claim.diagnoses[0]} names {edit.words}; the condition that was treated is listed before it.",
            fields=("/diagnoses/0",),
        )


@rule(
    "icd10cm.sequela_first",
    Severity.WARN,
    Reason.CODING,
    icd10cm_guidelines("Section I.B.10: sequela"),
    "The condition that an injury left behind is listed before the injury with seventh character S.",
)
def sequela_first(context: ClaimContext) -> Iterator[Finding]:
    first = context.diagnoses[0] if context.diagnoses else ""
    if len(first) == 7 and first[0] in _INJURY_LETTERS and first[-1] == _SEQUELA:
        yield Finding(
            f"{context.claim.diagnoses[0]} is the injury behind a sequela; the sequela itself is listed before it.",
            fields=("/diagnoses/0",),
        )


@rule(
    "icd10cm.first_only",
    Severity.WARN,
    Reason.CODING,
    icd10cm_guidelines("Section I.C.21.c.16: first-listed only"),
    "Examinations, supervision of pregnancy, chemotherapy and the like are listed first or not at all.",
)
def first_only(context: ClaimContext) -> Iterator[Finding]:
    if not context.diagnoses or find_diagnosis_edit(DiagnosisTrait.FIRST_ONLY, context.diagnoses[0]):
        return
    for position, code in enumerate(context.diagnoses[1:], start=1):
        if edit := find_diagnosis_edit(DiagnosisTrait.FIRST_ONLY, code):
            yield Finding(
                f"{context.claim.diagnoses[position]} names {edit.words} and is only listed first.",
                fields=(f"/diagnoses/{position}",),
            )


@rule(
    "icd10cm.unspecified_side",
    Severity.INFO,
    Reason.CODING,
    MEDICARE_CODE_EDITOR,
    "A diagnosis names its side where the code set has a left and a right; some payers deny the unspecified one.",
    in_force=_SINCE_FY2023,
)
def unspecified_side(context: ClaimContext) -> Iterator[Finding]:
    for position, code in enumerate(context.diagnoses if context.icd10cm else ()):
        if context.icd10cm and is_unspecified_side(context.icd10cm, code):
            yield Finding(
                f"{context.claim.diagnoses[position]} leaves the side open; codes for left and right exist.",
                fields=(f"/diagnoses/{position}",),
            )


@lru_cache(maxsize=65_536)
def is_unspecified_side(code_set: CodeSet, compact: str) -> bool:
    """True when the code says unspecified and one beside it names a side."""
    entry = code_set.find(compact)
    if entry is None or entry.parent is None or "unspecified" not in entry.term.lower():
        return False
    others = (code_set.get(code).term for code in code_set.children(entry.parent) if code != compact)
    return any(side in _pad(term) for term in others for side in (" left ", " right "))


@rule(
    "modifier.side_of_diagnosis",
    Severity.WARN,
    Reason.CODING,
    icd10cm_guidelines("Section I.B.13: laterality"),
    "A line with LT or RT does not point to diagnoses of the other side only.",
)
def side_of_diagnosis(context: ClaimContext) -> Iterator[Finding]:
    for line in context.modified_lines:
        for modifier, (own, other) in _SIDES.items():
            if modifier in line.modifiers and _is_only(context, line, own, other):
                yield Finding(
                    f"Line {line.line_number}: modifier {modifier}, but the diagnoses that it points to name "
                    f"the{other}side.",
                    (line.line_number,),
                    (context.field(line, "modifiers"), context.field(line, "diagnosis_pointers")),
                )


def _is_only(context: ClaimContext, line: ClaimLine, own: str, other: str) -> bool:
    code_set = context.icd10cm
    if code_set is None:
        return False
    terms = [_pad(entry.term) for code in context.pointed(line) if (entry := code_set.find(code))]
    return bool(terms) and all(other in term and own not in term for term in terms)


def _pad(term: str) -> str:
    return f" {term.lower()} ".replace(",", " ")


RULES = (
    supplementary_first,
    unacceptable_principal,
    sequela_first,
    first_only,
    unspecified_side,
    side_of_diagnosis,
)
