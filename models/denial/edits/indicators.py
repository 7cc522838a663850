"""Rules from the fee schedule's indicators beyond what is refused outright: documentation, facilities, charges."""

from collections.abc import Iterator

from data.claims import ClaimLine
from data.fee_schedule import FeeScheduleEntry
from data.notes import PayerKind
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.rule import Finding, TableKind, rule
from models.denial.edits.sources import PFS

_MEDICARE_KINDS = frozenset({PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE})
_HOSPITALS = frozenset({"19", "21", "22", "23"})
_TIMES_THE_SCHEDULE = 20


@rule(
    "pfs.documentation",
    Severity.WARN,
    Reason.DOCUMENTATION,
    PFS,
    "Some services are paid to assistants, co-surgeons and teams only when documents show the need.",
    TableKind.PFS,
)
def documentation(context: ClaimContext) -> Iterator[Finding]:
    for line, entry, release in context.scheduled:
        for modifier in line.modifiers:
            if _needs_documents(modifier, entry):
                yield Finding(
                    f"Line {line.line_number}: {line.procedure.code} with modifier {modifier} is paid only with "
                    "documents that show why it was needed.",
                    (line.line_number,),
                    (context.field(line, "modifiers"),),
                    release=release,
                )


def _needs_documents(modifier: str, entry: FeeScheduleEntry) -> bool:
    needs = {
        **dict.fromkeys(("80", "81", "82", "AS"), entry.assistant == "0"),
        "62": entry.co_surgeon == "1",
        "66": entry.team == "1",
    }
    return needs.get(modifier, False)


@rule(
    "pfs.both_sides",
    Severity.WARN,
    Reason.CODING,
    PFS,
    "A service whose value is for both sides already takes no modifier 50.",
    TableKind.PFS,
)
def both_sides(context: ClaimContext) -> Iterator[Finding]:
    for line, entry, release in context.scheduled:
        if entry.bilateral == "2" and "50" in line.modifiers:
            yield Finding(
                f"Line {line.line_number}: {line.procedure.code} is valued for both sides; modifier 50 adds nothing.",
                (line.line_number,),
                (context.field(line, "modifiers"),),
                release=release,
            )


@rule(
    "pfs.facility_part",
    Severity.DENY,
    Reason.BUNDLING,
    PFS,
    "In a hospital Medicare pays professionals no technical part and no incident-to service.",
    TableKind.PFS,
)
def facility_part(context: ClaimContext) -> Iterator[Finding]:
    if not context.is_professional or context.claim.payer.kind not in _MEDICARE_KINDS:
        return
    for line, entry, release in context.scheduled:
        problem = _facility_problem(line, entry) if line.place_of_service in _HOSPITALS else None
        if problem:
            yield Finding(
                f"Line {line.line_number}: {line.procedure.code} in place {line.place_of_service} {problem}.",
                (line.line_number,),
                (context.field(line, "modifiers"), context.field(line, "place_of_service")),
                release=release,
            )


def _facility_problem(line: ClaimLine, entry: FeeScheduleEntry) -> str | None:
    if entry.component == "1" and "26" not in line.modifiers:
        return "needs modifier 26: the hospital bills the technical part"
    if entry.component == "3":
        return "is a technical service, which the hospital bills"
    return "is an incident-to service, which the hospital bills" if entry.component == "5" else None


@rule(
    "charge.outlier",
    Severity.WARN,
    Reason.CLAIM_DATA,
    PFS,
    "A charge is not below the fee schedule's amount, nor twenty times as high.",
    TableKind.PFS,
)
def charge_outlier(context: ClaimContext) -> Iterator[Finding]:
    for line, entry, release in context.scheduled:
        if not line.charge_cents or line.modifiers:
            continue
        amount = line.units * entry.amount_cents(is_facility=context.is_facility(line))
        if not amount:
            continue
        if line.charge_cents < amount or line.charge_cents > amount * _TIMES_THE_SCHEDULE:
            side = "below" if line.charge_cents < amount else f"more than {_TIMES_THE_SCHEDULE} times"
            yield Finding(
                f"Line {line.line_number}: the charge for {line.procedure.code} is {side} the fee schedule's "
                f"${amount / 100:,.2f}.",
                (line.line_number,),
                (context.field(line, "charge_cents"),),
                release=release,
            )


RULES = (documentation, both_sides, facility_part, charge_outlier)
