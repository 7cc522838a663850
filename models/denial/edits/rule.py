"""What an edit rule is: data about a published rule, and one small function that finds where a claim breaks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from data.reviews import Edit, ReasonCategory, Severity, Source
from models.denial.edits.context import ClaimContext


class TableKind(StrEnum):
    """What a rule reads besides the claim: tables that an operator imports, under the import's name, and the
    patient's earlier claims."""

    NCCI = "ncci"
    MUE = "mue"
    ADDON = "addon"
    PFS = "pfs"
    COVERAGE = "coverage"
    CPT = "cpt"
    HCPCS = "hcpcs"
    HISTORY = "history"


class Finding(NamedTuple):
    """One breach. `lines` are line numbers, `fields` JSON pointers; severity and release override the rule's."""

    message: str
    lines: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()
    severity: Severity | None = None
    release: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """Days of service for which a rule holds, both inclusive; None is no bound."""

    first: date | None = None
    last: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


ALWAYS = Period()
Check = Callable[[ClaimContext], Iterator[Finding]]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """`summary` is the rule in one sentence for people, `category` what a payer's denial for it would be called;
    `table` is what it reads, None when it needs no import; `in_force` are the days of service it is for."""

    rule_id: str
    severity: Severity
    category: ReasonCategory
    source: Source
    summary: str
    check: Check
    table: TableKind | None = None
    in_force: Period = ALWAYS

    def to_edit(self, finding: Finding) -> Edit:
        return Edit(
            rule_id=self.rule_id,
            severity=finding.severity or self.severity,
            message=finding.message,
            lines=finding.lines,
            fields=finding.fields,
            source=self.source if finding.release is None else _of_release(self.source, finding.release),
        )


@lru_cache(maxsize=4096)
def _of_release(source: Source, release: str) -> Source:
    return Source(name=source.name, release=release, citation=source.citation)


def rule(
    rule_id: str,
    severity: Severity,
    category: ReasonCategory,
    source: Source,
    summary: str,
    table: TableKind | None = None,
    in_force: Period = ALWAYS,
) -> Callable[[Check], Rule]:
    """Turns a check into a rule: `@rule("claim.pointer_range", Severity.REJECT, Reason.CLAIM_DATA, SOURCE, "...")`."""

    def declare(check: Check) -> Rule:
        return Rule(rule_id, severity, category, source, summary, check, table, in_force)

    return declare
