"""Details that the note states in words (stage, class, type), and questions where it leaves them open."""

import re
from functools import cache

from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.suggestions import Query
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import find_statements
from models.coding.guidelines.tables import Codes, cite, compile_pattern, rows


@cache
def _details(table: str) -> tuple[tuple[Codes, re.Pattern[str], Icd10Cm], ...]:
    return tuple(
        (Codes.parse(row["codes"]), compile_pattern(row["pattern"]), Icd10Cm.parse(row["becomes"]))
        for row in rows(table)
    )


@cache
def _missing() -> tuple[tuple[Codes, str, str, Codes], ...]:
    return tuple(
        (Codes.parse(row["codes"]), row["about"], row["text"], Codes.parse(row["would_change"]))
        for row in rows("missing_facts")
    )


def code_stated_details(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Replaces a code by the one that the notes state in words. Several stated: left as it is, all alternatives."""
    return _replace_stated(outcome, context, "stated_details", "icd10cm.I.B.2.stated_detail")


def code_behavior(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """A tumor of unknown behavior is what the pathology that the notes state says (I.C.2)."""
    return _replace_stated(outcome, context, "stated_behavior", "icd10cm.I.C.2.behavior")


def _replace_stated(outcome: GuidelineOutcome, context: CodingContext, table: str, rule_id: str) -> GuidelineOutcome:
    for draft in outcome.drafts:
        found = dict.fromkeys(_stated(draft, context, table))
        if len(found) == 1:
            outcome = outcome.exchange(draft, draft.recoded(next(iter(found)), cite(rule_id)))
    return outcome


def ask_missing_facts(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    if context.code_set is None:
        return outcome
    for draft in outcome.drafts:
        for codes, about, text, changes in _missing():
            if draft.code in codes and draft.mentions and draft.probability >= context.min_probability:
                would_change = _billable(changes, context.code_set)
                outcome = outcome.ask(
                    Query(about=about, text=text, evidence=draft.evidence[:1], would_change=would_change)
                )
    return outcome


def _stated(draft: Draft, context: CodingContext, table: str) -> list[Icd10Cm]:
    return [
        becomes
        for codes, pattern, becomes in _details(table)
        if draft.code in codes
        for found in find_statements(pattern, context)
        if not (found.assertion.is_negated or found.assertion.is_family or found.assertion.is_uncertain)
    ]


def _billable(codes: Codes, code_set: CodeSet) -> tuple[str, ...]:
    heads = {part.first[:3] for part in codes.ranges} | {part.last[:3] for part in codes.ranges}
    found = (Icd10Cm(code) for head in sorted(heads) for code in code_set.billable_under(head))
    return tuple(code.dotted for code in found if code in codes)
