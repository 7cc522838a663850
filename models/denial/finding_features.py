"""Features from the findings of the edits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.claims import Claim
from data.reviews import Edit, ReasonCategory, Severity
from models.denial.edits.registry import RULES_BY_ID
from models.denial.touched import touched_lines

_COUNTED = frozenset({Severity.REJECT, Severity.DENY, Severity.WARN})
# What a denial for the finding would be called; a finding whose category has no column counts by severity alone.
_CATEGORIES = (
    ReasonCategory.CLAIM_DATA,
    ReasonCategory.CODING,
    ReasonCategory.BUNDLING,
    ReasonCategory.UNITS,
    ReasonCategory.DUPLICATE,
    ReasonCategory.TIMELY_FILING,
    ReasonCategory.MEDICAL_NECESSITY,
    ReasonCategory.NON_COVERED,
)
# Rules whose tables may be missing: a clean line means more when they were checked.
_TABLE_RULES = ("ncci.ptp", "units.mue", "addon.primary", "coverage.diagnosis")
_NO_CATEGORIES = (0,) * len(_CATEGORIES)
NAMES = (
    *("rejects", "denies", "warnings", "claim_findings"),
    *(f"findings_{category.value}" for category in _CATEGORIES),
    *(f"unchecked_{rule.replace('.', '_')}" for rule in _TABLE_RULES),
)


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings that touch each line, and the rules that could not be checked."""

    by_line: Mapping[int, list[Edit]]
    unchecked: frozenset[str]
    total: int


def sort_findings(claim: Claim, edits: Sequence[Edit]) -> Findings:
    by_line: dict[int, list[Edit]] = {line.line_number: [] for line in claim.lines}
    counted = [edit for edit in edits if edit.severity in _COUNTED]
    for edit in counted:
        for number in touched_lines(claim, edit):
            by_line[number].append(edit)
    unchecked = frozenset(edit.rule_id for edit in edits if edit.severity is Severity.UNCHECKED)
    return Findings(by_line, unchecked, len(counted))


def finding_values(findings: Findings, line_number: int) -> list[float]:
    edits = findings.by_line[line_number]
    checked = [rule in findings.unchecked for rule in _TABLE_RULES]
    if not edits:
        return [0, 0, 0, findings.total, *_NO_CATEGORIES, *checked]
    severities = [edit.severity for edit in edits]
    categories = [RULES_BY_ID[edit.rule_id].category for edit in edits if edit.rule_id in RULES_BY_ID]
    return [
        severities.count(Severity.REJECT),
        severities.count(Severity.DENY),
        severities.count(Severity.WARN),
        findings.total,
        *(categories.count(category) for category in _CATEGORIES),
        *checked,
    ]
