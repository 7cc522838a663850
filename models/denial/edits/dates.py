"""Rules on dates: no service in the future, filed in time, tables that are out of date."""

from collections.abc import Iterator
from datetime import date

from data.notes import PayerKind
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity, Source
from models.denial.edits.context import ClaimContext
from models.denial.edits.rule import Finding, rule
from models.denial.edits.sources import claim_guide, claims_manual

_YEAR_LIMITED = frozenset({PayerKind.MEDICARE, PayerKind.MEDICAID})
_DAYS_OF_YEAR = 365
_FILING_RULES = Source(
    name="Federal filing limits", release="42 CFR 424.44, 447.45", citation="One calendar year, twelve months"
)


@rule(
    "date.future_service",
    Severity.REJECT,
    Reason.CLAIM_DATA,
    claim_guide("Loop 2400 DTP*472"),
    "A service is billed after it was given.",
)
def future_service(context: ClaimContext) -> Iterator[Finding]:
    prepared = context.claim.prepared_on
    for line in context.claim.lines:
        if line.service_date > prepared:
            yield Finding(
                f"Line {line.line_number} is dated {line.service_date}, after the claim was prepared on {prepared}.",
                (line.line_number,),
                (context.field(line, "service_date"),),
            )


@rule(
    "date.timely_filing",
    Severity.DENY,
    Reason.TIMELY_FILING,
    _FILING_RULES,
    "Medicare and Medicaid claims are filed within a year of the service.",
)
def timely_filing(context: ClaimContext) -> Iterator[Finding]:
    for number, day, age in _late_lines(context):
        if context.claim.payer.kind in _YEAR_LIMITED:
            yield Finding(
                f"Line {number} of {day} is {age} days old; the limit is one year.", (number,), ("/prepared_on",)
            )


@rule(
    "date.late_filing",
    Severity.WARN,
    Reason.TIMELY_FILING,
    claims_manual("Chapter 1, section 70: time limits"),
    "A claim older than a year is past the filing limit of nearly every contract.",
)
def late_filing(context: ClaimContext) -> Iterator[Finding]:
    for number, day, age in _late_lines(context):
        if context.claim.payer.kind not in _YEAR_LIMITED:
            yield Finding(
                f"Line {number} of {day} is {age} days old; check the payer's filing limit.",
                (number,),
                ("/prepared_on",),
            )


def _late_lines(context: ClaimContext) -> Iterator[tuple[int, date, int]]:
    for line in context.claim.lines:
        age = (context.claim.prepared_on - line.service_date).days
        if age > _DAYS_OF_YEAR:
            yield line.line_number, line.service_date, age


RULES = (future_service, timely_filing, late_filing)
