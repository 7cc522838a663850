"""Only what is stated of the patient, as present and (for outpatients) certain, is coded as such."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from data.codes import Icd10Cm
from data.notes import Profile
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, DraftMention, GuidelineOutcome
from models.coding.guidelines.tables import Codes, cite, rows
from models.coding.headers import SectionKind

# Codes whose words are themselves a status, a risk, a relative's disease or a plan.
_FAMILY_CODES = Codes.parse("Z80-Z84")
_STATUS_CODES = Codes.parse("Z00-Z99 I25.2 I69 F10.11 F10.21")
_PLANNED_CODES = Codes.parse("Z11-Z13 Z23 Z71 Z01 Z79 Z91")
# Where an uncertain diagnosis still stands at discharge.
_AT_DISCHARGE = frozenset(
    {
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_PLAN,
        SectionKind.DIAGNOSIS,
        SectionKind.HOSPITAL_COURSE,
        SectionKind.IMPRESSION,
        SectionKind.PROBLEM_LIST,
        SectionKind.OTHER,
    }
)


@cache
def _confirmed_only() -> Codes:
    return Codes.parse(" ".join(row["codes"] for row in rows("confirmed_only")))


def check_assertions(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Keeps each draft on the mentions that report it; without one, withholds it by what speaks most for it.

    Historical mentions are kept for the rules of history (history.py), which run next.
    """
    for draft in outcome.drafts:
        reported = tuple(mention for mention in draft.mentions if _is_reported(draft.code, mention, context))
        if not draft.mentions or len(reported) == len(draft.mentions):
            outcome = outcome.exchange(draft, _explain_uncertain(draft, context))
        elif reported:
            outcome = outcome.exchange(draft, _explain_uncertain(replace(draft, mentions=reported), context))
        else:
            outcome = outcome.withhold([draft], find_reason(draft.mentions))
    return outcome


def find_reason(mentions: Iterable[DraftMention]) -> WithheldReason:
    """Why mentions none of which reports are withheld: the weakest of the reasons that they give."""
    reasons = {_reason(mention) for mention in mentions}
    order = (WithheldReason.UNCERTAIN, WithheldReason.HISTORICAL, WithheldReason.HYPOTHETICAL, WithheldReason.FAMILY)
    return next((reason for reason in order if reason in reasons), WithheldReason.NEGATED)


def _reason(mention: DraftMention) -> WithheldReason:
    assertion = mention.assertion
    if assertion.is_negated:
        return WithheldReason.NEGATED
    if assertion.is_family:
        return WithheldReason.FAMILY
    if assertion.is_hypothetical:
        return WithheldReason.HYPOTHETICAL
    return WithheldReason.UNCERTAIN if assertion.is_uncertain else WithheldReason.HISTORICAL


def _is_reported(code: Icd10Cm, mention: DraftMention, context: CodingContext) -> bool:
    assertion = mention.assertion
    if assertion.is_negated or (assertion.is_family and code not in _FAMILY_CODES):
        return False
    if assertion.is_hypothetical and code not in _PLANNED_CODES:
        return False
    return not assertion.is_uncertain or code in _STATUS_CODES or _counts_uncertain(code, mention, context)


def _counts_uncertain(code: Icd10Cm, mention: DraftMention, context: CodingContext) -> bool:
    is_inpatient = context.profile is Profile.INPATIENT
    return is_inpatient and mention.section in _AT_DISCHARGE and code not in _confirmed_only()


def _explain_uncertain(draft: Draft, context: CodingContext) -> Draft:
    if context.profile is Profile.INPATIENT and any(mention.assertion.is_uncertain for mention in draft.mentions):
        return draft.because(cite("icd10cm.II.H.uncertain"))
    return draft


def is_history_only(draft: Draft) -> bool:
    """Whether every mention of a disease calls it past; statuses are never past."""
    if draft.code in _STATUS_CODES or not draft.mentions:
        return False
    return all(mention.assertion.is_historical for mention in draft.mentions)
