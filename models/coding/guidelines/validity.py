"""Codes must exist, be complete and be valid on the date of service."""

from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.suggestions import Rationale, WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.tables import cite


def check_validity(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Replaces a retired code by its only successor and a heading by its unspecified code; withholds the rest."""
    if context.code_set is None:
        return outcome
    for draft in outcome.drafts:
        if context.code_set.is_billable_on(draft.code.compact, context.date_of_service):
            continue
        successor = _successor(draft, context.code_set)
        if successor and context.code_set.is_billable_on(successor, context.date_of_service):
            outcome = outcome.exchange(draft, draft.recoded(Icd10Cm(successor), _reason(draft, context.code_set)))
        else:
            outcome = outcome.withhold([draft], WithheldReason.INVALID_ON_DATE)
    return outcome


def _reason(draft: Draft, code_set: CodeSet) -> Rationale:
    is_heading = draft.code.compact in code_set
    return cite("icd10cm.I.B.2.detail" if is_heading else "icd10cm.valid_on_date")


def _successor(draft: Draft, code_set: CodeSet) -> str | None:
    found = code_set.successors(draft.code.compact)
    if len(found) == 1:
        return found[0]
    unspecified = [code for code in found if "unspecified" in code_set.get(code).term]
    return unspecified[0] if len(unspecified) == 1 else None
