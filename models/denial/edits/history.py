"""Rules on the patient's earlier claims: billed before, seen before, too soon."""

from collections.abc import Iterator
from datetime import date

from data.claim_history import PastService
from data.claims import ClaimLine
from data.modifiers import ModifierRole, modifiers_in
from data.notes import PayerKind
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.evaluations import NEW_PATIENT
from models.denial.edits.rule import Finding, TableKind, rule
from models.denial.edits.sources import claims_manual

_YEARS = 3
_ORIGINAL = "1"
_TELLS_APART = modifiers_in(ModifierRole.REPEAT, ModifierRole.SEPARATE_PROCEDURE, ModifierRole.SAME_DAY_FACILITY)
_MEDICARE_KINDS = frozenset({PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE})
# Medicare's preventive visits: those that must not have been billed before, and within how many months (0: ever).
_LIMITS = {"G0402": (("G0402",), 0), "G0438": (("G0438",), 0), "G0439": (("G0438", "G0439"), 11)}


@rule(
    "history.duplicate",
    Severity.DENY,
    Reason.DUPLICATE,
    claims_manual("Chapter 1, section 120: exact duplicates"),
    "An original claim bills no service that another claim of the patient has billed alike.",
    TableKind.HISTORY,
)
def duplicate(context: ClaimContext) -> Iterator[Finding]:
    if context.claim.frequency_code != _ORIGINAL:
        return
    for line in context.claim.lines:
        if _TELLS_APART.intersection(line.modifiers):
            continue
        if twin := next((past for past in context.past if _is_alike(context, line, past)), None):
            yield Finding(
                f"Line {line.line_number}: {line.procedure.code} of {line.service_date} stands on claim "
                f"{twin.claim_id} already; a correction is sent with frequency code 7.",
                (line.line_number,),
                (context.field(line, "procedure"), "/frequency_code"),
            )


def _is_alike(context: ClaimContext, line: ClaimLine, past: PastService) -> bool:
    return (
        past.code == line.procedure.code.compact
        and past.service_date == line.service_date
        and past.modifiers == frozenset(line.modifiers)
        and past.place_of_service == line.place_of_service
        and past.billing_npi == context.claim.billing_npi
        and past.rendering_npi == (context.claim.rendering_npi or context.claim.billing_npi)
    )


@rule(
    "history.new_patient",
    Severity.DENY,
    Reason.CODING,
    claims_manual("Chapter 12, section 30.6.7"),
    "A new-patient visit has no professional service by the clinician, or the group and specialty, in three years.",
    TableKind.HISTORY,
)
def new_patient(context: ClaimContext) -> Iterator[Finding]:
    for line in context.claim.lines:
        if line.procedure.code.compact not in NEW_PATIENT:
            continue
        since = _years_before(line.service_date)
        seen = [past for past in context.past if since < past.service_date < line.service_date]
        if last := next((past for past in reversed(seen) if _is_known(context, past)), None):
            yield Finding(
                f"Line {line.line_number}: {line.procedure.code} is for new patients; this one was seen on "
                f"{last.service_date} (claim {last.claim_id}).",
                (line.line_number,),
                (context.field(line, "procedure"),),
            )


def _years_before(day: date) -> date:
    """The same day three years before; the 28th for a leap day."""
    return day.replace(year=day.year - _YEARS, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _is_known(context: ClaimContext, past: PastService) -> bool:
    """The clinician, or the group with the same specialty, gave the service."""
    claim = context.claim
    is_same_specialty = past.taxonomy == claim.rendering_taxonomy and past.billing_npi == claim.billing_npi
    return past.is_professional and (
        past.rendering_npi == (claim.rendering_npi or claim.billing_npi) or is_same_specialty
    )


@rule(
    "history.preventive_visit",
    Severity.DENY,
    Reason.NON_COVERED,
    claims_manual("Chapter 12, sections 30.6.1.1 and 30.6.1.2; chapter 18, section 140"),
    "Medicare pays its welcome and first wellness visit once, and a wellness visit after eleven full months.",
    TableKind.HISTORY,
)
def preventive_visit(context: ClaimContext) -> Iterator[Finding]:
    if context.claim.payer.kind not in _MEDICARE_KINDS:
        return
    for line in context.claim.lines:
        codes, months = _LIMITS.get(line.procedure.code.compact, ((), 0))
        earlier = [past for past in context.past if past.code in codes and past.service_date < line.service_date]
        if earlier and (not months or _full_months(earlier[-1].service_date, line.service_date) < months):
            yield Finding(
                f"Line {line.line_number}: {line.procedure.code} is too soon after {earlier[-1].code} of "
                f"{earlier[-1].service_date} (claim {earlier[-1].claim_id}).",
                (line.line_number,),
                (context.field(line, "procedure"),),
            )


def _full_months(first: date, second: date) -> int:
    """Whole calendar months between the months of two days."""
    return 12 * (second.year - first.year) + second.month - first.month - 1


RULES = (duplicate, new_patient, preventive_visit)
