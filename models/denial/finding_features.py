"""Features from the findings of the edits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

from data.claims import Claim
from data.reviews import Edit, Severity

# Rules with a column of their own; what others find shows in the counts by severity and in the rates of rules.
_RULES: Mapping[str, str] = {
    "separate_service": "em.separate_service",
    "ptp": "ncci.ptp",
    "mue": "units.mue",
    "addon": "addon.primary",
    "duplicate_line": "claim.duplicate_line",
    "coverage": "coverage.diagnosis",
}
NAMES = ("rejects", "denies", "warnings", "claim_findings", *_RULES)
_COUNTED = frozenset({Severity.REJECT, Severity.DENY, Severity.WARN})


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings that touch each line, and the rules that could not be checked."""

    by_line: Mapping[int, list[Edit]]
    unchecked: frozenset[str]
    total: int


def sort_findings(claim: Claim, edits: Sequence[Edit]) -> Findings:
    """A finding that names no line touches all."""
    by_line: dict[int, list[Edit]] = {line.line_number: [] for line in claim.lines}
    counted = [edit for edit in edits if edit.severity in _COUNTED]
    for edit in counted:
        for number in edit.lines or by_line:
            by_line[number].append(edit)
    unchecked = frozenset(edit.rule_id for edit in edits if edit.severity is Severity.UNCHECKED)
    return Findings(by_line, unchecked, len(counted))


def finding_values(findings: Findings, line_number: int) -> list[float]:
    edits = findings.by_line[line_number]
    severities = [edit.severity for edit in edits]
    fired = {edit.rule_id for edit in edits}
    return [
        severities.count(Severity.REJECT),
        severities.count(Severity.DENY),
        severities.count(Severity.WARN),
        findings.total,
        *(nan if rule in findings.unchecked else float(rule in fired) for rule in _RULES.values()),
    ]
