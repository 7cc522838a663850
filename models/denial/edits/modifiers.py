"""Rules on modifiers and places of service."""

from collections.abc import Iterator

from data.codes import CodeSystem
from data.modifiers import ModifierRole, load_modifiers, modifiers_in
from data.places import load_places
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.evaluations import EVALUATIONS, VISIT_PLACES
from models.denial.edits.rule import Finding, rule
from models.denial.edits.sources import HIPAA_CODE_SETS, claims_manual, policy_manual

_SEPARATE_EVALUATION = modifiers_in(ModifierRole.SEPARATE_EVALUATION)
_SEPARATE_PROCEDURE = modifiers_in(ModifierRole.SEPARATE_PROCEDURE)
_TELEHEALTH = modifiers_in(ModifierRole.TELEHEALTH)
_TELEHEALTH_PLACES = frozenset({"02", "10"})
_CONFLICTS = (
    frozenset({"26", "TC"}),
    frozenset({"LT", "RT"}),
    frozenset({"LT", "50"}),
    frozenset({"RT", "50"}),
    frozenset({"52", "53"}),
    frozenset({"80", "AS"}),
    frozenset({"80", "81"}),
    frozenset({"80", "82"}),
    frozenset({"62", "66"}),
    frozenset({"93", "95"}),
    frozenset({"73", "74"}),
    frozenset({"GA", "GZ"}),
    *(frozenset({"59", separate}) for separate in ("XE", "XP", "XS", "XU")),
)


@rule(
    "modifier.known",
    Severity.DENY,
    Reason.CODING,
    HIPAA_CODE_SETS,
    "A modifier is one of the published CPT or HCPCS modifiers.",
)
def known(context: ClaimContext) -> Iterator[Finding]:
    for line in context.modified_lines:
        for position, modifier in enumerate(line.modifiers):
            if modifier not in load_modifiers():
                yield Finding(
                    f"Line {line.line_number}: {modifier} is not a published modifier.",
                    (line.line_number,),
                    (f"{context.field(line, 'modifiers')}/{position}",),
                )


@rule(
    "modifier.repeated",
    Severity.WARN,
    Reason.CODING,
    claims_manual("Chapter 23, section 20.3"),
    "A line carries a modifier once.",
)
def repeated(context: ClaimContext) -> Iterator[Finding]:
    for line in context.modified_lines:
        for position, modifier in enumerate(line.modifiers):
            if modifier in line.modifiers[:position]:
                yield Finding(
                    f"Line {line.line_number} carries modifier {modifier} twice.",
                    (line.line_number,),
                    (f"{context.field(line, 'modifiers')}/{position}",),
                )


@rule(
    "modifier.conflict",
    Severity.DENY,
    Reason.CODING,
    claims_manual("Chapter 12, sections 20.4 and 40.7; chapter 23, section 20.3"),
    "Modifiers of one line do not contradict each other.",
)
def conflict(context: ClaimContext) -> Iterator[Finding]:
    for line in context.modified_lines:
        for pair in _CONFLICTS if len(line.modifiers) > 1 else ():
            if pair.issubset(line.modifiers):
                first, second = sorted(pair)
                yield Finding(
                    f"Line {line.line_number}: modifiers {first} and {second} contradict each other.",
                    (line.line_number,),
                    (context.field(line, "modifiers"),),
                )


@rule(
    "modifier.evaluation_only",
    Severity.DENY,
    Reason.CODING,
    policy_manual("Chapter I, section E"),
    "Modifiers 24, 25 and 57 belong to a visit.",
)
def evaluation_only(context: ClaimContext) -> Iterator[Finding]:
    for line in context.modified_lines:
        if _SEPARATE_EVALUATION.isdisjoint(line.modifiers):
            continue
        wrong = sorted(_SEPARATE_EVALUATION.intersection(line.modifiers))
        code = line.procedure.code
        if code.system is CodeSystem.CPT and code.compact not in EVALUATIONS:
            yield Finding(
                f"Line {line.line_number}: modifier {wrong[0]} belongs to a visit, and {code} is none.",
                (line.line_number,),
                (context.field(line, "modifiers"),),
            )


@rule(
    "modifier.procedure_only",
    Severity.WARN,
    Reason.CODING,
    policy_manual("Chapter I, section E"),
    "Modifiers 59, XE, XP, XS and XU belong to a procedure, not to a visit.",
)
def procedure_only(context: ClaimContext) -> Iterator[Finding]:
    for line in context.modified_lines:
        if _SEPARATE_PROCEDURE.isdisjoint(line.modifiers):
            continue
        wrong = sorted(_SEPARATE_PROCEDURE.intersection(line.modifiers))
        if line.procedure.code.compact in EVALUATIONS:
            yield Finding(
                f"Line {line.line_number}: modifier {wrong[0]} does not separate a visit; 25 is the one that does.",
                (line.line_number,),
                (context.field(line, "modifiers"),),
            )


@rule(
    "modifier.bilateral_units",
    Severity.WARN,
    Reason.UNITS,
    claims_manual("Chapter 12, section 40.7"),
    "A procedure on both sides is one unit with modifier 50.",
)
def bilateral_units(context: ClaimContext) -> Iterator[Finding]:
    for line in context.modified_lines:
        if "50" in line.modifiers and line.units > 1:
            yield Finding(
                f"Line {line.line_number} bills {line.units} units with modifier 50; both sides are one unit.",
                (line.line_number,),
                (context.field(line, "units"),),
            )


@rule(
    "pos.known",
    Severity.REJECT,
    Reason.CODING,
    HIPAA_CODE_SETS,
    "A place of service is one of the published codes.",
)
def place_known(context: ClaimContext) -> Iterator[Finding]:
    for line in context.claim.lines:
        place = line.place_of_service
        if place is not None and place not in load_places():
            yield Finding(
                f"Line {line.line_number}: {place} is not a place of service.",
                (line.line_number,),
                (context.field(line, "place_of_service"),),
            )


@rule(
    "pos.telehealth",
    Severity.WARN,
    Reason.CODING,
    claims_manual("Chapter 12, section 190"),
    "A telehealth modifier goes with a telehealth place of service.",
)
def place_telehealth(context: ClaimContext) -> Iterator[Finding]:
    for line in context.modified_lines:
        used = sorted(_TELEHEALTH.intersection(line.modifiers))
        if used and line.place_of_service in ("11", "12"):
            yield Finding(
                f"Line {line.line_number}: modifier {used[0]} says telehealth, place {line.place_of_service} does not; "
                "02 and 10 are the telehealth places.",
                (line.line_number,),
                (context.field(line, "place_of_service"),),
            )


@rule(
    "pos.visit",
    Severity.DENY,
    Reason.CODING,
    claims_manual("Chapter 12, section 30.6"),
    "Hospital, emergency, nursing facility and home visits take place there.",
)
def place_of_visit(context: ClaimContext) -> Iterator[Finding]:
    for line in context.claim.lines:
        code, place = line.procedure.code.compact, line.place_of_service
        allowed = VISIT_PLACES.get(code)
        if allowed is None or place is None or place in allowed or place not in load_places():
            continue
        if place in _TELEHEALTH_PLACES or _TELEHEALTH.intersection(line.modifiers):
            continue
        words = " or ".join(load_places()[expected].words for expected in sorted(allowed)[:2])
        named = f"{place} ({load_places()[place].words})"
        yield Finding(
            f"Line {line.line_number}: {code} takes place in {words}, not in {named}.",
            (line.line_number,),
            (context.field(line, "place_of_service"),),
        )


RULES = (
    known,
    repeated,
    conflict,
    evaluation_only,
    procedure_only,
    bilateral_units,
    place_known,
    place_telehealth,
    place_of_visit,
)
