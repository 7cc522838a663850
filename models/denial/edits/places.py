"""Rules on places and telehealth: which services are given there at all."""

from collections.abc import Iterator
from datetime import date

from data.modifiers import ModifierRole, modifiers_in
from data.notes import PayerKind
from data.places import load_places
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.evaluations import HANDS_ON, OFFICE_VISITS
from models.denial.edits.rule import Finding, Period, rule
from models.denial.edits.sources import claims_manual

_TELEHEALTH = modifiers_in(ModifierRole.TELEHEALTH)
_TELEHEALTH_PLACES = frozenset({"02", "10"})
_NO_OFFICE_VISITS = frozenset({"21", "24", "51"})
_READING = "26"
_METHOD_TWO = "GT"
_SINCE_PLACE_10 = Period(first=date(2022, 1, 1))
_SINCE_2018 = Period(first=date(2018, 1, 1))


@rule(
    "pos.office_visit",
    Severity.WARN,
    Reason.CODING,
    claims_manual("Chapter 12, sections 30.6.7 and 30.6.9"),
    "An office visit is not given to an inpatient or in a surgery center; hospital visits have numbers of their own.",
)
def office_visit(context: ClaimContext) -> Iterator[Finding]:
    for line in context.claim.lines:
        place = line.place_of_service
        if place in _NO_OFFICE_VISITS and line.procedure.code.compact in OFFICE_VISITS:
            yield Finding(
                f"Line {line.line_number}: {line.procedure.code} is an office visit, billed in place {place} "
                f"({load_places()[place].words}).",
                (line.line_number,),
                (context.field(line, "place_of_service"),),
            )


@rule(
    "telehealth.service",
    Severity.DENY,
    Reason.CODING,
    claims_manual("Chapter 12, section 190.3: list of telehealth services"),
    "Surgery, anaesthesia, imaging and laboratory tests are not given by telehealth.",
    in_force=_SINCE_PLACE_10,
)
def telehealth_service(context: ClaimContext) -> Iterator[Finding]:
    for line in context.claim.lines:
        is_remote = line.place_of_service in _TELEHEALTH_PLACES or not _TELEHEALTH.isdisjoint(line.modifiers)
        if is_remote and line.procedure.code.compact in HANDS_ON and _READING not in line.modifiers:
            yield Finding(
                f"Line {line.line_number}: {line.procedure.code} can't be given by telehealth.",
                (line.line_number,),
                (context.field(line, "place_of_service"), context.field(line, "modifiers")),
            )


@rule(
    "telehealth.method_two",
    Severity.WARN,
    Reason.CODING,
    claims_manual("Chapter 12, section 190.6.1"),
    "On professional Medicare claims the place says telehealth; modifier GT is for critical access hospitals.",
    in_force=_SINCE_2018,
)
def telehealth_method_two(context: ClaimContext) -> Iterator[Finding]:
    if not context.is_professional or context.claim.payer.kind is not PayerKind.MEDICARE:
        return
    for line in context.modified_lines:
        if _METHOD_TWO in line.modifiers:
            yield Finding(
                f"Line {line.line_number}: Medicare takes modifier GT from critical access hospitals only.",
                (line.line_number,),
                (context.field(line, "modifiers"),),
            )


RULES = (office_visit, telehealth_service, telehealth_method_two)
