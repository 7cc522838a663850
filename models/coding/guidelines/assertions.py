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

# Codes whose own words deny, recall or expect something, or tell of someone else.
_MAY_BE_NEGATED = Codes.parse("Z28 Z32.02 Z53 Z59 Z78 Z89 Z90 Z91.1 V00-Y99")
_MAY_BE_FAMILY = Codes.parse("Z80-Z84 Z66 Z77 Z63 Z20 P00-P04 V00-Y99")
_MAY_BE_EXPECTED = Codes.parse("Z00-Z99 V00-Y99")
_MAY_BE_SUSPECTED = Codes.parse("T76 O35-O36 Z00-Z99 V00-Y99")
_MAY_BE_PAST = Codes.parse("Z00-Z99 V00-Y99 I25.2 I69 O34.2 O09.2 F10.11 F10.21")
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
            outcome = outcome.exchange(draft, _explain_uncertain(_resting_on(draft, reported), context))
        else:
            outcome = outcome.withhold([draft], find_reason(draft.mentions))
    return outcome


def _resting_on(draft: Draft, reported: tuple[DraftMention, ...]) -> Draft:
    """The draft on some of its mentions: less probable in proportion when stronger ones are taken away."""
    share = max(m.weight for m in reported) / max(m.weight for m in draft.mentions)
    return replace(draft, mentions=reported, probability=draft.probability * share)


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
    if (assertion.is_negated and code not in _MAY_BE_NEGATED) or (assertion.is_family and code not in _MAY_BE_FAMILY):
        return False
    if assertion.is_hypothetical and code not in _MAY_BE_EXPECTED:
        return False
    return not assertion.is_uncertain or code in _MAY_BE_SUSPECTED or _counts_uncertain(code, mention, context)


def _counts_uncertain(code: Icd10Cm, mention: DraftMention, context: CodingContext) -> bool:
    is_inpatient = context.profile is Profile.INPATIENT
    return is_inpatient and mention.section in _AT_DISCHARGE and code not in _confirmed_only()


def _explain_uncertain(draft: Draft, context: CodingContext) -> Draft:
    if context.profile is Profile.INPATIENT and any(mention.assertion.is_uncertain for mention in draft.mentions):
        return draft.because(cite("icd10cm.II.H.uncertain"))
    return draft


def is_history_only(draft: Draft) -> bool:
    """Whether every mention of a disease calls it past; statuses are never past."""
    if draft.code in _MAY_BE_EXPECTED or not draft.mentions:
        return False
    return all(mention.assertion.is_historical for mention in draft.mentions)
