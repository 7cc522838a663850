"""Rules from payment tables: unit limits, fee schedule indicators, coverage policies."""

from collections import defaultdict
from collections.abc import Iterator

from data.claims import ClaimLine
from data.fee_schedule import FeeScheduleEntry
from data.notes import PayerKind
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from data.unit_limits import Adjudication
from models.denial.edits.context import ClaimContext
from models.denial.edits.rule import Finding, TableKind, rule
from models.denial.edits.sources import COVERAGE, MUE, PFS

_NOT_FOR_MEDICARE = {"I": "needs another code", "N": "is not covered by law", "E": "is excluded", "X": "is excluded"}
_MEDICARE_KINDS = frozenset({PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE})


@rule(
    "units.mue",
    Severity.DENY,
    Reason.UNITS,
    MUE,
    "Units stay within the medically unlikely edit, for each line or each day as its indicator says.",
    TableKind.MUE,
)
def units_mue(context: ClaimContext) -> Iterator[Finding]:
    releases = context.references.mue.get(context.setting)
    if releases is None:
        return
    for day, lines in context.lines_by_day.items():
        dated = releases.on(day)
        groups: dict[str, list[ClaimLine]] = defaultdict(list)
        for line in lines:
            groups[line.procedure.code.compact].append(line)
        for code, group in groups.items():
            limit = dated.table.find(code) if dated else None
            if dated is None or limit is None:
                continue
            parts = [[line] for line in group] if limit.adjudication is Adjudication.LINE else [group]
            for part in parts:
                if sum(line.units for line in part) > limit.units:
                    yield _too_many(context, part, limit.units, limit.adjudication, dated.release)


def _too_many(
    context: ClaimContext, lines: list[ClaimLine], limit: int, adjudication: Adjudication, release: str
) -> Finding:
    billed = sum(line.units for line in lines)
    scope = "on a line" if adjudication is Adjudication.LINE else "on a day"
    appeal = " Documentation can support more." if adjudication is Adjudication.DAY else ""
    numbers = tuple(line.line_number for line in lines)
    where = f"Line {numbers[0]}" if len(numbers) == 1 else f"Lines {', '.join(map(str, numbers))}"
    return Finding(
        f"{where}: {billed} units of {lines[0].procedure.code}; the limit {scope} is {limit}.{appeal}",
        numbers,
        tuple(context.field(line, "units") for line in lines),
        release=release,
    )


@rule(
    "pfs.status",
    Severity.DENY,
    Reason.NON_COVERED,
    PFS,
    "Medicare pays the service on its own: status B is always included, I, N, E and X are not paid.",
    TableKind.PFS,
)
def pfs_status(context: ClaimContext) -> Iterator[Finding]:
    for line, entry, release in context.scheduled:
        status = entry.status
        if status == "B":
            problem = "is always included in other services"
        elif status in _NOT_FOR_MEDICARE and context.claim.payer.kind in _MEDICARE_KINDS:
            problem = _NOT_FOR_MEDICARE[status]
        else:
            continue
        yield Finding(
            f"Line {line.line_number}: {line.procedure.code} {problem} (fee schedule status {status}).",
            (line.line_number,),
            (context.field(line, "procedure"),),
            release=release,
        )


@rule(
    "pfs.modifier",
    Severity.DENY,
    Reason.CODING,
    PFS,
    "Modifiers 26, TC, 50, 51, 62, 66, 80 to 82 and AS go with services that allow them.",
    TableKind.PFS,
)
def pfs_modifier(context: ClaimContext) -> Iterator[Finding]:
    for line, entry, release in context.scheduled:
        for modifier in line.modifiers:
            if _is_refused(modifier, entry):
                yield Finding(
                    f"Line {line.line_number}: {line.procedure.code} does not take modifier {modifier}.",
                    (line.line_number,),
                    (context.field(line, "modifiers"),),
                    release=release,
                )


def _is_refused(modifier: str, entry: FeeScheduleEntry) -> bool:
    refused = {
        "26": entry.component not in ("", "1", "6"),
        "TC": entry.component not in ("", "1"),
        "51": entry.multiple in ("0", "9"),
        "66": entry.team in ("0", "9"),
        "50": entry.bilateral in ("0", "9"),
        "62": entry.co_surgeon in ("0", "9"),
        **dict.fromkeys(("80", "81", "82", "AS"), entry.assistant in ("1", "9")),
    }
    return refused.get(modifier, False)


@rule(
    "coverage.diagnosis",
    Severity.DENY,
    Reason.MEDICAL_NECESSITY,
    COVERAGE,
    "Where a policy lists the covered diagnoses of a procedure, the line points to one of them.",
    TableKind.COVERAGE,
)
def coverage_diagnosis(context: ClaimContext) -> Iterator[Finding]:
    for line in context.claim.lines:
        dated = context.references.coverage.on(line.service_date)
        if dated is None:
            continue
        covered = dated.table.find(context.claim.payer.payer_id, line.procedure.code.compact, line.service_date)
        pointed = list(context.pointed(line))
        if covered and pointed and not any(part.contains(code) for part in covered for code in pointed):
            yield Finding(
                f"Line {line.line_number}: policy {covered[0].policy} covers {line.procedure.code} "
                "for none of the diagnoses that the line points to.",
                (line.line_number,),
                (context.field(line, "diagnosis_pointers"),),
                release=dated.release,
            )


RULES = (units_mue, pfs_status, pfs_modifier, coverage_diagnosis)
