"""Rules on procedure codes: valid on the day of service where a release is at hand."""

from collections.abc import Iterator
from datetime import date

from data.codes import CodeSystem
from data.codeset import CodeSet
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.diagnoses import name_successors
from models.denial.edits.rule import Finding, TableKind, rule
from models.denial.edits.sources import HIPAA_CODE_SETS


def _is_in_force(code_set: CodeSet, compact: str, day: date) -> bool:
    first, last = code_set.days_of(compact)
    return code_set.is_billable(compact) and (first is None or first <= day) and (last is None or day <= last)


def _check(context: ClaimContext, system: CodeSystem, name: str) -> Iterator[Finding]:
    for line in context.claim.lines:
        code = line.procedure.code
        if code.system is not system:
            continue
        code_set = context.references.library.release_on(system, line.service_date)
        if code_set is None or _is_in_force(code_set, code.compact, line.service_date):
            continue
        successors = name_successors(code_set, code.compact)
        yield Finding(
            f"Line {line.line_number}: {code} is not a {name} code on {line.service_date}{successors}.",
            (line.line_number,),
            (context.field(line, "procedure"),),
            release=f"{name} {code_set.release}",
        )


@rule(
    "cpt.valid_on_date",
    Severity.REJECT,
    Reason.CODING,
    HIPAA_CODE_SETS,
    "Each CPT number is in the operator's CPT release for the day of service.",
    TableKind.CPT,
)
def cpt_valid_on_date(context: ClaimContext) -> Iterator[Finding]:
    yield from _check(context, CodeSystem.CPT, "CPT")


@rule(
    "hcpcs.valid_on_date",
    Severity.REJECT,
    Reason.CODING,
    HIPAA_CODE_SETS,
    "Each HCPCS code is in the HCPCS Level II release for the day of service.",
    TableKind.HCPCS,
)
def hcpcs_valid_on_date(context: ClaimContext) -> Iterator[Finding]:
    yield from _check(context, CodeSystem.HCPCS, "HCPCS")


RULES = (cpt_valid_on_date, hcpcs_valid_on_date)
