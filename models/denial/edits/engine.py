"""Applies every rule to a claim. A rule that crashes, or that can't be checked, says so instead of passing."""

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache

from data.claim_history import ClaimHistory
from data.claims import Claim
from data.reviews import Edit, Severity, Source
from models.denial.edits.context import ClaimContext
from models.denial.edits.payer_rules import to_rule
from models.denial.edits.references import EditReferences
from models.denial.edits.registry import RULES
from models.denial.edits.rule import ALWAYS, Rule, TableKind
from models.denial.edits.tables import missing_tables

RULE_FAILED = "system.rule_failed"
RELEASE_UNKNOWN = "icd10cm.release_known"
_HOLDS_CPT = frozenset(TableKind) - {TableKind.HCPCS, TableKind.COVERAGE, TableKind.HISTORY}
_HOLDING = frozenset({Severity.REJECT, Severity.DENY})
_SYSTEM = Source(name="chartcode", release="edit engine", citation="A rule that fails holds the claim")


def check_claim(
    claim: Claim,
    references: EditReferences,
    rules: Sequence[Rule] = RULES,
    history: ClaimHistory | None = None,
) -> tuple[Edit, ...]:
    """All findings, in the order of the rules, those of payer rules last; of the rules whose table is missing, one
    `unchecked` for each table."""
    context = ClaimContext(claim, references, history)
    try:
        missing = missing_tables(context)
    except Exception as error:
        return (_failure("table.missing", error),)
    edits: list[Edit] = []
    for step in _plan(tuple(rules), missing, context.last_service):
        if isinstance(step, Rule):
            edits += _apply(step, context)
        else:
            edits.append(step)
    for recorded in references.payer_rules:
        if recorded.rule.is_for(claim.payer):
            edits += _apply(to_rule(recorded), context)
    return tuple(edits)


@lru_cache(maxsize=4096)
def _plan(rules: tuple[Rule, ...], missing: frozenset[TableKind], day: date) -> tuple[Rule | Edit, ...]:
    """The rules in force on a day that can be checked, and in place of the others what says that they were not."""
    told: set[TableKind] = set()
    steps: list[Rule | Edit] = []
    for rule in rules:
        if rule.in_force is not ALWAYS and not rule.in_force.holds_on(day):
            continue
        if rule.table not in missing:
            steps.append(rule)
        elif rule.table not in told:
            told.add(rule.table)
            steps.append(_unchecked(rule, rule.table))
    return tuple(steps)


def holds(edits: Sequence[Edit]) -> bool:
    """True when the findings alone keep the claim back, whatever its risk."""
    return any(edit.severity in _HOLDING or edit.rule_id in (RULE_FAILED, RELEASE_UNKNOWN) for edit in edits)


def _apply(rule: Rule, context: ClaimContext) -> Sequence[Edit]:
    """All findings, or, when the rule crashes, that alone."""
    try:
        if found := [*rule.check(context)]:
            return [*map(rule.to_edit, found)]
    except Exception as error:
        return [_failure(rule.rule_id, error)]
    return ()


def _failure(rule_id: str, error: Exception) -> Edit:
    """Names the error's type only: its text may hold values of the claim."""
    return Edit(
        rule_id=RULE_FAILED,
        severity=Severity.DENY,
        message=f"Rule {rule_id} failed with {type(error).__name__}; the claim is held until a person has checked it.",
        source=_SYSTEM,
    )


@cache
def _unchecked(rule: Rule, table: TableKind) -> Edit:
    return Edit(
        rule_id=rule.rule_id,
        severity=Severity.UNCHECKED,
        message=f"Not checked: {_remedy(rule, table)}",
        source=rule.source,
    )


def _remedy(rule: Rule, table: TableKind) -> str:
    if table is TableKind.HISTORY:
        return "the patient's past. Give the earlier claims: chartcode review CLAIM --history CLAIMS.jsonl"
    accept = " --accept-licence AMA" if table in _HOLDS_CPT else ""
    return f"{rule.source.name}. Import the table: chartcode import {table.value} PATH{accept}"
