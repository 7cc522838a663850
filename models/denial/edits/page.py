"""The page that lists all rules: `python -m models.denial.edits.page docs/edits.md`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from models.denial.edits.affected import AFFECTED
from models.denial.edits.registry import RULES
from models.denial.edits.rule import ALWAYS, Rule

_HEAD = """# Edit rules

Every claim is held against these {count} rules before it is sent. A finding of severity `reject` or `deny` holds the
claim; `warn` and `info` are shown; a rule whose table is not loaded answers `unchecked`; a rule that crashes holds.
Payers' own rules come on top, see `chartcode rules --help`.

This page is written by `python -m models.denial.edits.page docs/edits.md`.
"""
_SEVERITIES = ("reject", "deny", "warn", "info", "unchecked")


def describe_edits() -> str:
    """Markdown: an overview by severity, then each group of rules by the first part of their names."""
    groups = dict.fromkeys(rule.rule_id.split(".")[0] for rule in RULES)
    parts = [_HEAD.format(count=len(RULES)), *_overview()]
    for group in sorted(groups):
        parts += [f"\n## {group}\n", "| rule | severity | what it asks | fields | needs | in force | source |"]
        parts.append("|---|---|---|---|---|---|---|")
        parts += [_row(rule) for rule in RULES if rule.rule_id.split(".")[0] == group]
    return "\n".join(parts) + "\n"


def _overview() -> Iterator[str]:
    yield "| severity | rules |\n|---|---|"
    for severity in _SEVERITIES:
        yield f"| {severity} | {sum(rule.severity.value == severity for rule in RULES)} |"


def _row(rule: Rule) -> str:
    fields = "<br>".join(f"`{field}`" for field in AFFECTED.get(rule.rule_id, ()))
    source = f"{rule.source.name}, {rule.source.release}: {rule.source.citation}"
    cells = (
        f"`{rule.rule_id}`",
        rule.severity.value,
        f"{rule.summary} ({rule.category.value.replace('_', ' ')})",
        fields,
        rule.table.value if rule.table else "",
        _days(rule),
        source,
    )
    return "| " + " | ".join(cells) + " |"


def _days(rule: Rule) -> str:
    if rule.in_force is ALWAYS:
        return "always"
    first, last = rule.in_force.first, rule.in_force.last
    return " ".join([f"from {first}"] * (first is not None) + [f"to {last}"] * (last is not None))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(describe_edits(), "utf8")
