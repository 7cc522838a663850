"""Applies the operator's payer rules. Each is one demand of the lines that it is about."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from data.claims import ClaimLine
from data.payer_rules import (
    AuthorizationDemand,
    DiagnosisDemand,
    DiagnosisRefusal,
    FilingDemand,
    ModifierDemand,
    ModifierRefusal,
    PayerRule,
    PlaceDemand,
    RecordedPayerRule,
    ServiceRefusal,
    UnitDemand,
    UnspecifiedRefusal,
)
from data.reviews import Source
from models.denial.edits.context import ClaimContext
from models.denial.edits.rule import Finding, Rule
from models.denial.edits.sequence import is_unspecified_side

PREFIX = "payer."
# The field of a line, or of the claim, at which a demand is not met; None when it is met.
Breach = Callable[[ClaimContext, ClaimLine, Any], str | None]


@lru_cache(maxsize=4096)
def to_rule(recorded: RecordedPayerRule) -> Rule:
    """The rule as the engine applies it: it holds on its own days, for its own payers."""
    written = recorded.rule

    def check(context: ClaimContext) -> Iterator[Finding]:
        if written.is_for(context.claim.payer):
            days = {line.service_date: written.is_valid_on(line.service_date) for line in context.claim.lines}
            yield from find_breaches(written, context, lambda line: days[line.service_date])

    source = Source(
        name=f"Payer rule {written.rule_id}",
        release=f"version {recorded.version} by {recorded.author}",
        citation=written.citation,
    )
    rule_id = PREFIX + written.rule_id
    return Rule(rule_id, written.severity, written.category, source, written.message, check)


def find_breaches(
    rule: PayerRule, context: ClaimContext, is_asked: Callable[[ClaimLine], bool] = lambda _: True
) -> Iterator[Finding]:
    """Where a claim of the rule's payer breaks it, whatever the rule's days."""
    age = context.claim.patient.age_years
    if (rule.min_age is not None and (age is None or age < rule.min_age)) or (
        rule.max_age is not None and (age is None or age > rule.max_age)
    ):
        return
    is_broken = _BREACHES[type(rule.demand)]
    for line in context.claim.lines:
        if is_asked(line) and _is_about(rule, line) and (field := is_broken(context, line, rule.demand)):
            yield Finding(f"Line {line.line_number}: {rule.message}", (line.line_number,), (field,))


def _is_about(rule: PayerRule, line: ClaimLine) -> bool:
    code = line.procedure.code.compact
    is_listed = not rule.procedures or any(one[:5] <= code <= one[-5:] for one in rule.procedures)
    return is_listed and (not rule.places or line.place_of_service in rule.places)


def _lacks_authorization(context: ClaimContext, _: ClaimLine, __: AuthorizationDemand) -> str | None:
    return None if (context.claim.prior_authorization or "").strip() else "/prior_authorization"


def _is_late(context: ClaimContext, line: ClaimLine, demand: FilingDemand) -> str | None:
    return "/prepared_on" if (context.claim.prepared_on - line.service_date).days > demand.days else None


def _lacks_modifier(context: ClaimContext, line: ClaimLine, demand: ModifierDemand) -> str | None:
    return context.field(line, "modifiers") if set(demand.any_of).isdisjoint(line.modifiers) else None


def _has_modifier(context: ClaimContext, line: ClaimLine, demand: ModifierRefusal) -> str | None:
    return None if set(demand.modifiers).isdisjoint(line.modifiers) else context.field(line, "modifiers")


def _is_elsewhere(context: ClaimContext, line: ClaimLine, demand: PlaceDemand) -> str | None:
    return None if line.place_of_service in demand.places else context.field(line, "place_of_service")


def _has_too_many(context: ClaimContext, line: ClaimLine, demand: UnitDemand) -> str | None:
    return context.field(line, "units") if line.units > demand.units else None


def _lacks_diagnosis(context: ClaimContext, line: ClaimLine, demand: DiagnosisDemand) -> str | None:
    is_there = any(code.startswith(demand.prefixes) for code in context.pointed(line))
    return None if is_there else context.field(line, "diagnosis_pointers")


def _has_diagnosis(context: ClaimContext, line: ClaimLine, demand: DiagnosisRefusal) -> str | None:
    is_there = any(code.startswith(demand.prefixes) for code in context.pointed(line))
    return context.field(line, "diagnosis_pointers") if is_there else None


def _is_unspecified(context: ClaimContext, line: ClaimLine, demand: UnspecifiedRefusal) -> str | None:
    code_set = context.icd10cm
    if code_set is None:
        return None
    for code in context.pointed(line):
        entry = code_set.find(code)
        is_open = (
            is_unspecified_side(code_set, code)
            if demand.only_side
            else "unspecified" in (entry.term.lower() if entry else "")
        )
        if is_open:
            return context.field(line, "diagnosis_pointers")
    return None


def _is_billed(context: ClaimContext, line: ClaimLine, _: ServiceRefusal) -> str | None:
    return context.field(line, "procedure")


_BREACHES: Mapping[type, Breach] = {
    AuthorizationDemand: _lacks_authorization,
    FilingDemand: _is_late,
    ModifierDemand: _lacks_modifier,
    ModifierRefusal: _has_modifier,
    PlaceDemand: _is_elsewhere,
    UnitDemand: _has_too_many,
    DiagnosisDemand: _lacks_diagnosis,
    DiagnosisRefusal: _has_diagnosis,
    UnspecifiedRefusal: _is_unspecified,
    ServiceRefusal: _is_billed,
}
