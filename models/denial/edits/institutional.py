"""Rules on what only institutional claims have: type of bill, frequency, revenue codes."""

from collections.abc import Iterator

from data.claims import ClaimLine, RevenueLine
from data.institutional import (
    FREQUENCIES,
    INPATIENT_TYPES,
    TOTAL_LINE,
    RevenueRole,
    find_revenue_range,
    is_bill_type,
)
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.evaluations import EMERGENCY_VISITS, IMAGING, LABORATORY
from models.denial.edits.rule import Finding, rule
from models.denial.edits.sources import BILL_TYPES, REVENUE_CODES, claim_guide

_FACILITY_MODIFIERS = frozenset({"27", "73", "74", "PO", "PN"})
# Which revenue codes a hospital bills a service under, by their first three digits.
_EXPECTED = (
    (EMERGENCY_VISITS, frozenset({"045", "051", "076"}), "an emergency visit"),
    (LABORATORY, frozenset({"030", "031", "039", "097"}), "a laboratory test"),
    (IMAGING, frozenset({"032", "033", "034", "035", "040", "048", "061", "097"}), "imaging"),
)


@rule(
    "bill.type",
    Severity.REJECT,
    Reason.CLAIM_DATA,
    BILL_TYPES,
    "An institutional claim has a type of bill that names a facility and a kind of care.",
)
def bill_type(context: ClaimContext) -> Iterator[Finding]:
    facility = context.claim.facility_type
    if context.is_professional or (facility and is_bill_type(facility)):
        return
    problem = f"Type of bill {facility} names no facility and care" if facility else "The type of bill is missing"
    yield Finding(f"{problem}.", fields=("/facility_type",))


@rule(
    "bill.frequency",
    Severity.REJECT,
    Reason.CLAIM_DATA,
    BILL_TYPES,
    "The frequency of an institutional claim is one that a type of bill can end in.",
)
def bill_frequency(context: ClaimContext) -> Iterator[Finding]:
    code = context.claim.frequency_code
    if not context.is_professional and code not in FREQUENCIES:
        yield Finding(f"Frequency code {code} ends no type of bill.", fields=("/frequency_code",))


@rule(
    "revenue.code",
    Severity.REJECT,
    Reason.CLAIM_DATA,
    REVENUE_CODES,
    "A line's revenue code is that of a service; 0001 is the total and no line.",
)
def revenue_code(context: ClaimContext) -> Iterator[Finding]:
    for line, field in _billed(context):
        if line.revenue_code is not None and line.revenue_code <= TOTAL_LINE:
            yield Finding(f"Line {line.line_number}: {line.revenue_code} names no service.", _number(line), (field,))


@rule(
    "revenue.room",
    Severity.DENY,
    Reason.CODING,
    REVENUE_CODES,
    "Room and board is billed for inpatients.",
)
def revenue_room(context: ClaimContext) -> Iterator[Finding]:
    if context.claim.facility_type in INPATIENT_TYPES:
        return
    for line, field in _billed(context):
        if _role(line) is RevenueRole.ROOM:
            yield Finding(
                f"Line {line.line_number}: revenue code {line.revenue_code} is room and board, and the type of bill "
                "is that of no inpatient.",
                _number(line),
                (field,),
            )


@rule(
    "revenue.procedure",
    Severity.DENY,
    Reason.CODING,
    claim_guide("Loop 2400 SV202"),
    "An outpatient line of a clinic, test, therapy or emergency room names its procedure.",
)
def revenue_procedure(context: ClaimContext) -> Iterator[Finding]:
    if context.is_professional or context.claim.facility_type in INPATIENT_TYPES:
        return
    for position, line in enumerate(context.claim.revenue_lines):
        known = find_revenue_range(line.revenue_code)
        if known and known.role is RevenueRole.PROCEDURE:
            yield Finding(
                f"Line {line.line_number}: revenue code {line.revenue_code} ({known.words}) needs a procedure on an "
                "outpatient claim.",
                (),
                (f"/revenue_lines/{position}/revenue_code",),
            )


@rule(
    "revenue.service",
    Severity.WARN,
    Reason.CODING,
    REVENUE_CODES,
    "Emergency visits, laboratory tests and imaging stand under their own revenue codes.",
)
def revenue_service(context: ClaimContext) -> Iterator[Finding]:
    if context.is_professional:
        return
    for line in context.claim.lines:
        for codes, expected, words in _EXPECTED:
            revenue = line.revenue_code
            if revenue and line.procedure.code.compact in codes and revenue[:3] not in expected:
                yield Finding(
                    f"Line {line.line_number}: {line.procedure.code} is {words}, and revenue code {revenue} is not.",
                    (line.line_number,),
                    (context.field(line, "revenue_code"),),
                )


@rule(
    "modifier.facility_only",
    Severity.DENY,
    Reason.CODING,
    claim_guide("Loop 2400 SV202; claims manual chapter 4, sections 20.6 and 180.7"),
    "Modifiers 27, 73, 74, PO and PN are for facilities.",
)
def facility_only(context: ClaimContext) -> Iterator[Finding]:
    if not context.is_professional:
        return
    for line in context.modified_lines:
        for modifier in sorted(_FACILITY_MODIFIERS.intersection(line.modifiers)):
            yield Finding(
                f"Line {line.line_number}: modifier {modifier} is for the claim of a facility.",
                (line.line_number,),
                (context.field(line, "modifiers"),),
            )


def _billed(context: ClaimContext) -> Iterator[tuple[ClaimLine | RevenueLine, str]]:
    """The lines of an institutional claim, each with the pointer of its revenue code."""
    if context.is_professional:
        return
    for line in context.claim.lines:
        yield line, context.field(line, "revenue_code")
    for position, other in enumerate(context.claim.revenue_lines):
        yield other, f"/revenue_lines/{position}/revenue_code"


def _number(line: ClaimLine | RevenueLine) -> tuple[int, ...]:
    """Findings name lines with procedures: risk is told of those."""
    return (line.line_number,) if isinstance(line, ClaimLine) else ()


def _role(line: ClaimLine | RevenueLine) -> RevenueRole | None:
    known = find_revenue_range(line.revenue_code) if line.revenue_code else None
    return known.role if known else None


RULES = (bill_type, bill_frequency, revenue_code, revenue_room, revenue_procedure, revenue_service, facility_only)
