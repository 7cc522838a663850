"""Combination codes: diabetes with its presumed complications, hypertension with heart and kidney disease (I.A.15)."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from data.codes import Icd10Cm
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import find_sentence
from models.coding.guidelines.tables import Codes, cite, rows

_DIABETES = Codes.parse("E08-E11 E13")
_HYPERTENSION = Codes.parse("I10")
_HEART_FAILURE = Codes.parse("I50")
_HEART_DISEASE = Codes.parse("I51.4-I51.7 I51.89 I51.9")
_KIDNEY_DISEASE = Codes.parse("N18")
_END_STAGE = Codes.parse("N18.5 N18.6")
_UNRELATED = (
    r"(?:not (?:due|related|secondary|attribut\w+|linked) (?:to )?|unrelated to |independent of |rather than |non-?)"
    r"(?:his |her |the )?(?:underlying )?(?:essential )?"
)
_SAYS_NOT_DIABETIC = re.compile(_UNRELATED + r"(?:type [12i]+ )?(?:diabet\w+|dm\b|t2dm)", re.IGNORECASE)
_SAYS_NOT_HYPERTENSIVE = re.compile(_UNRELATED + r"(?:hypertensi\w+|htn\b|high blood pressure)", re.IGNORECASE)


@cache
def _presumed() -> tuple[tuple[Codes, str, bool], ...]:
    return tuple((Codes.parse(row["with"]), row["becomes"], row["keeps"] == "yes") for row in rows("combinations"))


def combine_diabetes(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    diabetes = _acting(outcome, _DIABETES, context)
    if not diabetes:
        return outcome
    base = max(diabetes, key=lambda draft: draft.probability)
    for draft in outcome.drafts:
        for codes, ending, keeps in _presumed():
            if draft.code in codes and not says_unrelated(draft, _SAYS_NOT_DIABETIC, context):
                outcome = _combine(outcome, base, draft, ending, keeps)
    return outcome


def _combine(outcome: GuidelineOutcome, base: Draft, draft: Draft, ending: str, keeps: bool) -> GuidelineOutcome:
    code = Icd10Cm(base.code.category + ending)
    made = replace(base, code=code, mentions=(*base.mentions, *draft.mentions), alternatives=())
    made = replace(made, probability=min(base.probability, draft.probability)).because(cite("icd10cm.I.A.15.with"))
    outcome = outcome.with_drafts((*outcome.drafts, made))
    return outcome if keeps else outcome.withhold([draft], WithheldReason.SUPERSEDED)


def combine_hypertension(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    hypertension = next(iter(_acting(outcome, _HYPERTENSION, context)), None)
    if hypertension is None:
        return outcome
    heart = _linked(outcome, _HEART_FAILURE, context) or _linked(outcome, _HEART_DISEASE, context)
    kidney = _linked(outcome, _KIDNEY_DISEASE, context)
    if not heart and not kidney:
        return outcome
    code, rule_id = _hypertensive_code(heart, kidney)
    joined = (*heart, *kidney)
    made = replace(
        hypertension,
        mentions=(*hypertension.mentions, *(mention for draft in joined for mention in draft.mentions)),
        probability=min(draft.probability for draft in (hypertension, *joined)),
    ).recoded(Icd10Cm.parse(code), cite("icd10cm.I.A.15.with"), cite(rule_id))
    outcome = outcome.withhold([d for d in heart if d.code in _HEART_DISEASE], WithheldReason.SUPERSEDED)
    return outcome.exchange(hypertension, made)


def _hypertensive_code(heart: tuple[Draft, ...], kidney: tuple[Draft, ...]) -> tuple[str, str]:
    fails = any(draft.code in _HEART_FAILURE for draft in heart)
    is_end_stage = any(draft.code in _END_STAGE for draft in kidney)
    if heart and kidney:
        code = ("I13.2" if is_end_stage else "I13.0") if fails else ("I13.11" if is_end_stage else "I13.10")
        return code, "icd10cm.I.C.9.a.3.both"
    if heart:
        return "I11.0" if fails else "I11.9", "icd10cm.I.C.9.a.1.heart"
    return "I12.0" if is_end_stage else "I12.9", "icd10cm.I.C.9.a.2.kidney"


def _linked(outcome: GuidelineOutcome, codes: Codes, context: CodingContext) -> tuple[Draft, ...]:
    found = _acting(outcome, codes, context)
    return tuple(draft for draft in found if not says_unrelated(draft, _SAYS_NOT_HYPERTENSIVE, context))


def _acting(outcome: GuidelineOutcome, codes: Codes, context: CodingContext) -> tuple[Draft, ...]:
    return tuple(d for d in outcome.drafts if d.code in codes and d.probability >= context.min_probability)


def says_unrelated(draft: Draft, pattern: re.Pattern[str], context: CodingContext) -> bool:
    """Whether a sentence that mentions the condition denies the link."""
    sentences: Iterable[str] = (
        sentence.quote for mention in draft.mentions if (sentence := find_sentence(mention.evidence, context))
    )
    return any(pattern.search(sentence) for sentence in sentences)
