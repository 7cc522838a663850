"""Applies every rule to a claim. A rule that crashes, or that can't be checked, says so instead of passing."""

from collections.abc import Sequence
from functools import cache

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
    told: set[TableKind] = set()
    edits: list[Edit] = []
    for rule in rules:
        if rule.in_force is not ALWAYS and not rule.in_force.holds_on(context.last_service):
            continue
        if rule.table not in missing:
            _apply(rule, context, edits)
        elif rule.table not in told:
            told.add(rule.table)
            edits.append(_unchecked(rule, rule.table))
    for recorded in references.payer_rules:
        if recorded.rule.is_for(claim.payer):
            _apply(to_rule(recorded), context, edits)
    return tuple(edits)


def holds(edits: Sequence[Edit]) -> bool:
    """True when the findings alone keep the claim back, whatever its risk."""
    return any(edit.severity in _HOLDING or edit.rule_id in (RULE_FAILED, RELEASE_UNKNOWN) for edit in edits)


def _apply(rule: Rule, context: ClaimContext, edits: list[Edit]) -> None:
    """Adds all findings, or, when the rule crashes, that alone."""
    before = len(edits)
    try:
        for finding in rule.check(context):
            edits.append(rule.to_edit(finding))
    except Exception as error:
        edits[before:] = [_failure(rule.rule_id, error)]


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
