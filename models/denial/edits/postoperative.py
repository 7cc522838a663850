"""Rules on global periods: what follows a procedure within its days is part of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from data.claims import ClaimLine
from data.modifiers import ModifierRole, modifiers_in
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.bundling import is_visit
from models.denial.edits.context import ClaimContext
from models.denial.edits.rule import Finding, TableKind, rule
from models.denial.edits.sources import claims_manual

_DAYS = {"010": timedelta(days=10), "090": timedelta(days=90)}
_UNRELATED_VISIT = frozenset({"24", "57"})
_LATER_PROCEDURE = modifiers_in(ModifierRole.STAGED) | frozenset({"76", "77", "78", "79"})
_SURGERY_ONLY = "54"
_GLOBAL_SURGERY = claims_manual("Chapter 12, section 40: surgeons and global surgery")


@dataclass(frozen=True, slots=True)
class _Surgery:
    """`ends` is the last day of its global period; `where` names the claim or line that bills it."""

    code: str
    day: date
    ends: date
    where: str

    def covers(self, day: date) -> bool:
        return self.day < day <= self.ends


@rule(
    "global.period",
    Severity.DENY,
    Reason.BUNDLING,
    _GLOBAL_SURGERY,
    "A visit within the global period of a procedure on the claim is part of it, unless modifier 24 says otherwise.",
)
def global_period(context: ClaimContext) -> Iterator[Finding]:
    surgeries = [
        _Surgery(line.procedure.code.compact, line.service_date, line.service_date + days, f"line {line.line_number}")
        for line in context.claim.lines
        if (days := _DAYS.get(context.global_period(line))) and _SURGERY_ONLY not in line.modifiers
    ]
    yield from _find_included(context, filter(is_visit, context.claim.lines), surgeries)


@rule(
    "history.global_period",
    Severity.DENY,
    Reason.BUNDLING,
    _GLOBAL_SURGERY,
    "A visit within the global period of an earlier procedure by the same clinician is part of it, unless modifier 24 "
    "says otherwise.",
    TableKind.HISTORY,
)
def past_global_period(context: ClaimContext) -> Iterator[Finding]:
    yield from _find_included(context, filter(is_visit, context.claim.lines), _past_surgeries(context))


@rule(
    "history.later_procedure",
    Severity.WARN,
    Reason.BUNDLING,
    _GLOBAL_SURGERY,
    "A procedure within the global period of an earlier one by the same clinician says by 58, 78 or 79 why it is paid.",
    TableKind.HISTORY,
)
def later_procedure(context: ClaimContext) -> Iterator[Finding]:
    lines = [line for line in context.claim.lines if context.global_period(line) in ("000", *_DAYS)]
    yield from _find_included(context, lines, _past_surgeries(context))


def _past_surgeries(context: ClaimContext) -> list[_Surgery]:
    clinician = context.claim.rendering_npi or context.claim.billing_npi
    return [
        _Surgery(past.code, past.service_date, past.service_date + days, f"claim {past.claim_id}")
        for past in context.past
        if past.rendering_npi == clinician and _SURGERY_ONLY not in past.modifiers
        if (days := _DAYS.get(context.global_period_of(past.code, past.service_date)))
    ]


def _find_included(
    context: ClaimContext, lines: Iterable[ClaimLine], surgeries: Iterable[_Surgery]
) -> Iterator[Finding]:
    for line in lines:
        separating, wanted = (_UNRELATED_VISIT, "24") if is_visit(line) else (_LATER_PROCEDURE, "58, 78 or 79")
        surgery = next((one for one in surgeries if one.covers(line.service_date)), None)
        if surgery and separating.isdisjoint(line.modifiers):
            yield Finding(
                f"Line {line.line_number}: {line.procedure.code} lies in the global period of {surgery.code} "
                f"({surgery.where}, {surgery.day} to {surgery.ends}) and carries no modifier {wanted}.",
                (line.line_number,),
                (context.field(line, "modifiers"),),
            )


RULES = (global_period, past_global_period, later_procedure)
