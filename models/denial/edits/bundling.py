"""Rules on services that are not paid beside each other: visits with procedures, NCCI pairs, add-on codes."""

from collections.abc import Iterator
from itertools import permutations

from data.add_ons import AddOn, AddOnKind
from data.claims import ClaimLine
from data.modifiers import ModifierRole, modifiers_in
from data.ncci_pairs import ModifierIndicator
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.evaluations import EVALUATIONS
from models.denial.edits.rule import Finding, TableKind, rule
from models.denial.edits.sources import ADDON, NCCI, policy_manual

_MINOR, _MAJOR = frozenset({"000", "010"}), "090"
_SEPARATE_EVALUATION = modifiers_in(ModifierRole.SEPARATE_EVALUATION)
_FOR_VISITS = _SEPARATE_EVALUATION | modifiers_in(ModifierRole.SAME_DAY_FACILITY)
_FOR_PROCEDURES = modifiers_in(ModifierRole.SEPARATE_PROCEDURE, ModifierRole.STAGED, ModifierRole.ANATOMIC) | frozenset(
    {"91"}
)


def is_visit(line: ClaimLine) -> bool:
    return line.procedure.code.compact in EVALUATIONS


def separating_modifier(context: ClaimContext, procedure: ClaimLine) -> str | None:
    """The modifier that a visit needs beside a procedure: 25 (global period 0 or 10 days), 57 (90 days), or none."""
    period = "" if is_visit(procedure) else context.global_period(procedure)
    if period == _MAJOR:
        return "57"
    return "25" if period in _MINOR else None


@rule(
    "em.separate_service",
    Severity.DENY,
    Reason.BUNDLING,
    policy_manual("Chapter I, section D: E&M services; Claims Processing Manual chapter 12, 40.1"),
    "A visit on the day of a minor procedure needs modifier 25, on that of a major one 57; else it is included.",
)
def separate_service(context: ClaimContext) -> Iterator[Finding]:
    for lines in context.lines_by_day.values():
        for visit in filter(is_visit, lines):
            if _SEPARATE_EVALUATION.intersection(visit.modifiers):
                continue
            for procedure in lines:
                if modifier := separating_modifier(context, procedure):
                    yield _missing_separation(context, visit, procedure, modifier)
                    break


def _missing_separation(context: ClaimContext, visit: ClaimLine, procedure: ClaimLine, modifier: str) -> Finding:
    return Finding(
        f"Line {visit.line_number}: visit {visit.procedure.code} stands beside procedure {procedure.procedure.code} "
        f"of the same day without modifier {modifier}; it is included unless the note documents a separate evaluation.",
        (visit.line_number, procedure.line_number),
        (context.field(visit, "modifiers"),),
    )


@rule(
    "ncci.ptp",
    Severity.DENY,
    Reason.BUNDLING,
    NCCI,
    "Two services of a column 1 / column 2 pair are not paid together, unless a modifier is allowed and present.",
    TableKind.NCCI,
)
def ncci_ptp(context: ClaimContext) -> Iterator[Finding]:
    releases = context.references.ncci.get(context.setting)
    if releases is None:
        return
    for day, lines in context.lines_by_day.items():
        dated = releases.on(day)
        if dated is None or len(lines) == 1:
            continue
        for first, second in permutations(lines, 2):
            indicator = dated.table.find(first.procedure.code.compact, second.procedure.code.compact, day)
            if indicator is not None and indicator is not ModifierIndicator.NOT_APPLICABLE:
                yield from _find_unseparated(context, first, second, indicator, dated.release)


def _find_unseparated(
    context: ClaimContext, first: ClaimLine, second: ClaimLine, indicator: ModifierIndicator, release: str
) -> Iterator[Finding]:
    included, in_ = second.procedure.code, first.procedure.code
    pair = f"Line {second.line_number}: {included} is included in {in_} of line {first.line_number}"
    numbers = (first.line_number, second.line_number)
    if indicator is ModifierIndicator.NEVER:
        fields = (context.field(second, "procedure"),)
        yield Finding(f"{pair} on the same day; no modifier separates them.", numbers, fields, release=release)
    elif not (_is_separated(first) or _is_separated(second)):
        line = next(filter(is_visit, (second, first)), second)
        wanted = "25" if is_visit(line) else "59, XE, XP, XS or XU, or another anatomic site"
        yield Finding(
            f"{pair} on the same day, and no modifier says that it was separate ({wanted}).",
            numbers,
            (context.field(line, "modifiers"),),
            release=release,
        )


def _is_separated(line: ClaimLine) -> bool:
    """Visits are separated by 24, 25, 57 or 27; everything else by 59, X{EPSU}, a site, 58, 78, 79 or 91."""
    return bool((_FOR_VISITS if is_visit(line) else _FOR_PROCEDURES).intersection(line.modifiers))


@rule(
    "addon.primary",
    Severity.DENY,
    Reason.BUNDLING,
    ADDON,
    "An add-on code stands beside one of its primary procedures of the same day.",
    TableKind.ADDON,
)
def addon_primary(context: ClaimContext) -> Iterator[Finding]:
    for day, lines in context.lines_by_day.items():
        dated = context.references.addon.on(day)
        if dated is None:
            continue
        billed = {line.procedure.code.compact for line in lines}
        others = {code for code in billed if dated.table.find(code, day) is None}
        for line in lines:
            add_on = dated.table.find(line.procedure.code.compact, day)
            if add_on and not add_on.primaries & billed:
                yield from _find_lonely(context, line, add_on, bool(others), dated.release)


def _find_lonely(
    context: ClaimContext, line: ClaimLine, add_on: AddOn, has_other: bool, release: str
) -> Iterator[Finding]:
    """Beside another procedure only the listed kind is wrong for certain: contractors may name further primaries."""
    if add_on.kind is AddOnKind.CONTRACTOR and has_other:
        return
    primaries = sorted(add_on.primaries)[:4]
    expected = f", such as {', '.join(primaries)}" if primaries else ""
    yield Finding(
        f"Line {line.line_number}: add-on {add_on.code} has no primary procedure on the same day{expected}.",
        (line.line_number,),
        (context.field(line, "procedure"),),
        severity=Severity.WARN if add_on.kind is AddOnKind.MIXED and has_other else None,
        release=release,
    )


RULES = (separate_service, ncci_ptp, addon_primary)
