"""Rules on diagnosis codes: valid and billable on the day of service, allowed as the first one, allowed together."""

from collections.abc import Iterator
from itertools import combinations

from data.codeset import CodeSet
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.references import is_excluded
from models.denial.edits.rule import Finding, rule
from models.denial.edits.sources import ICD10CM_TABULAR, icd10cm_guidelines

_EXTERNAL_CAUSES = "VWXY"
_MANIFESTATION = "classified elsewhere"
_SHOWN_CHILDREN = 4


def name_successors(code_set: CodeSet, compact: str) -> str:
    """The end of a sentence about a code that is not in force."""
    retired = code_set.find_retired(compact)
    return f"; it was replaced by {', '.join(retired.successors)}" if retired and retired.successors else ""


def _release(code_set: CodeSet) -> str:
    return f"ICD-10-CM {code_set.release}"


@rule(
    "icd10cm.release_known",
    Severity.UNCHECKED,
    Reason.CODING,
    ICD10CM_TABULAR,
    "The release of ICD-10-CM for the day of service is at hand.",
)
def release_known(context: ClaimContext) -> Iterator[Finding]:
    if context.icd10cm is None and context.diagnoses:
        yield Finding(
            f"No ICD-10-CM release for {context.last_service} is at hand, so no diagnosis was checked; "
            "import the release of that fiscal year.",
            fields=("/diagnoses",),
        )


@rule(
    "icd10cm.valid_on_date",
    Severity.REJECT,
    Reason.CODING,
    ICD10CM_TABULAR,
    "Each diagnosis is a code of the release in force on the day of service.",
)
def valid_on_date(context: ClaimContext) -> Iterator[Finding]:
    code_set = context.icd10cm
    if code_set is None:
        return
    for position, code in enumerate(context.claim.diagnoses):
        if code.compact in code_set:
            continue
        yield Finding(
            f"{code} is not an ICD-10-CM code on {context.last_service}{name_successors(code_set, code.compact)}.",
            fields=(f"/diagnoses/{position}",),
            release=_release(code_set),
        )


@rule(
    "icd10cm.billable",
    Severity.REJECT,
    Reason.CODING,
    icd10cm_guidelines("Section I.B.2: level of detail"),
    "Each diagnosis is coded to its full number of characters.",
)
def billable(context: ClaimContext) -> Iterator[Finding]:
    code_set = context.icd10cm
    if code_set is None:
        return
    for position, code in enumerate(context.claim.diagnoses):
        if code.compact in code_set and not code_set.is_billable(code.compact):
            children = code_set.billable_under(code.compact)
            shown = ", ".join(code_set.get(child).dotted for child in children[:_SHOWN_CHILDREN])
            more = f" and {len(children) - _SHOWN_CHILDREN} more" if len(children) > _SHOWN_CHILDREN else ""
            yield Finding(
                f"{code} is a heading, not a billable code; below it stand {shown}{more}.",
                fields=(f"/diagnoses/{position}",),
                release=_release(code_set),
            )


@rule(
    "icd10cm.manifestation_first",
    Severity.DENY,
    Reason.CODING,
    icd10cm_guidelines("Section I.A.13: etiology/manifestation"),
    "A manifestation code never stands first.",
)
def manifestation_first(context: ClaimContext) -> Iterator[Finding]:
    code_set = context.icd10cm
    first = code_set.find(context.diagnoses[0]) if code_set and context.diagnoses else None
    if first and first.is_billable and _MANIFESTATION in first.term:
        yield Finding(
            f"{first.dotted} is a manifestation; the underlying disease is listed before it.", fields=("/diagnoses/0",)
        )


@rule(
    "icd10cm.external_cause_first",
    Severity.DENY,
    Reason.CODING,
    icd10cm_guidelines("Section I.C.20.a.6"),
    "An external cause code never stands first.",
)
def external_cause_first(context: ClaimContext) -> Iterator[Finding]:
    if context.diagnoses and context.diagnoses[0][0] in _EXTERNAL_CAUSES:
        yield Finding(
            f"{context.claim.diagnoses[0]} says how an injury came about; the injury is listed before it.",
            fields=("/diagnoses/0",),
        )


@rule(
    "icd10cm.excludes1",
    Severity.WARN,
    Reason.CODING,
    icd10cm_guidelines("Section I.A.12.a: Excludes1"),
    "Two codes that an Excludes1 note keeps apart are not reported together, unless the conditions are unrelated.",
)
def excludes1(context: ClaimContext) -> Iterator[Finding]:
    code_set = context.icd10cm
    if code_set is None:
        return
    for (i, first), (j, second) in combinations(enumerate(context.claim.diagnoses), 2):
        for code, other in ((first.compact, second.compact), (second.compact, first.compact)):
            if code != other and is_excluded(code_set, code, other):
                yield Finding(
                    f"An Excludes1 note keeps {first} and {second} apart; report both only if they are unrelated.",
                    fields=(f"/diagnoses/{i}", f"/diagnoses/{j}"),
                    release=_release(code_set),
                )
                break


RULES = (release_known, valid_on_date, billable, manifestation_first, external_cause_first, excludes1)
