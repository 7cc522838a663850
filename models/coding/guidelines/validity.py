"""Codes must exist, be complete and be valid on the date of service."""

import re

from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.notes import Sex
from data.suggestions import Rationale, WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.tables import cite

_UNSPECIFIED = re.compile(r"\bunspecified\b", re.IGNORECASE)
_MALE, _FEMALE = re.compile(r"\bmale\b"), re.compile(r"\bfemale\b")
_INITIAL = re.compile(r"\binitial encounter(?: for closed fracture)?$")


def check_validity(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Replaces a retired code by its only successor and a heading by its unspecified code; withholds the rest."""
    if context.code_set is None:
        return outcome
    for draft in outcome.drafts:
        if context.code_set.is_billable_on(draft.code.compact, context.date_of_service):
            continue
        successor = _successor(draft, context.code_set, context.patient.sex)
        if successor and context.code_set.is_billable_on(successor, context.date_of_service):
            outcome = outcome.exchange(draft, draft.recoded(Icd10Cm(successor), _reason(draft, context.code_set)))
        else:
            outcome = outcome.withhold([draft], WithheldReason.INVALID_ON_DATE)
    return outcome


def _reason(draft: Draft, code_set: CodeSet) -> Rationale:
    is_heading = draft.code.compact in code_set
    return cite("icd10cm.I.B.2.detail" if is_heading else "icd10cm.valid_on_date")


def _successor(draft: Draft, code_set: CodeSet, sex: Sex) -> str | None:
    """The one code that says no more than the draft: the only successor, or the one that leaves most unspecified."""
    found = [code for code in code_set.successors(draft.code.compact) if _fits(code_set.get(code).term, sex)]
    initial = [code for code in found if _INITIAL.search(code_set.get(code).term)]
    by_silence: dict[int, list[str]] = {}
    for code in initial or found:
        by_silence.setdefault(len(_UNSPECIFIED.findall(code_set.get(code).term)), []).append(code)
    silent = by_silence[max(by_silence)] if by_silence else []
    says_nothing = max(by_silence, default=0) > 0 or len(initial or found) == 1
    return silent[0] if len(silent) == 1 and says_nothing else None


def _fits(term: str, sex: Sex) -> bool:
    other = {Sex.FEMALE: _MALE, Sex.MALE: _FEMALE}.get(sex)
    return other is None or other.search(term) is None
