"""Rules on procedure codes: valid on the day of service where a release is at hand."""

from collections.abc import Iterator

from data.codes import CodeSystem
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.rule import Finding, TableKind, rule
from models.denial.edits.sources import HIPAA_CODE_SETS


def _check(context: ClaimContext, system: CodeSystem, name: str) -> Iterator[Finding]:
    for line in context.claim.lines:
        code = line.procedure.code
        if code.system is not system:
            continue
        code_set = context.references.library.release_on(system, line.service_date)
        if code_set is None or code_set.is_billable(code.compact):
            continue
        retired = code_set.find_retired(code.compact)
        successors = f"; it was replaced by {', '.join(retired.successors)}" if retired and retired.successors else ""
        yield Finding(
            f"Line {line.line_number}: {code} is not a {name} code on {line.service_date}{successors}.",
            (line.line_number,),
            (context.field(line, "procedure"),),
            release=f"{name} {code_set.release}",
        )


@rule(
    "cpt.valid_on_date",
    Severity.REJECT,
    HIPAA_CODE_SETS,
    "Each CPT number is in the operator's CPT release for the day of service.",
    TableKind.CPT,
)
def cpt_valid_on_date(context: ClaimContext) -> Iterator[Finding]:
    yield from _check(context, CodeSystem.CPT, "CPT")


@rule(
    "hcpcs.valid_on_date",
    Severity.REJECT,
    HIPAA_CODE_SETS,
    "Each HCPCS code is in the HCPCS Level II release for the day of service.",
    TableKind.HCPCS,
)
def hcpcs_valid_on_date(context: ClaimContext) -> Iterator[Finding]:
    yield from _check(context, CodeSystem.HCPCS, "HCPCS")


RULES = (cpt_valid_on_date, hcpcs_valid_on_date)
