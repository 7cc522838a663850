"""Combination codes: diabetes with its presumed complications, hypertension with heart and kidney disease (I.A.15)."""

import re
from dataclasses import replace
from functools import cache

from data.codes import Icd10Cm
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import find_sentences, find_statements
from models.coding.guidelines.tables import Codes, cite, rows

_DIABETES = Codes.parse("E08-E11 E13")
_HYPERTENSION = Codes.parse("I10-I13")
_WITH_HEART, _WITH_FAILURE = Codes.parse("I11 I13"), Codes.parse("I11.0 I13.0 I13.2")
_WITH_KIDNEY, _WITH_END_STAGE = Codes.parse("I12 I13"), Codes.parse("I12.0 I13.11 I13.2")
_HEART_FAILURE = Codes.parse("I50")
_WITH_HEART_OR_KIDNEY, _HEART = Codes.parse("I11-I13"), Codes.parse("I50 I51")
_KIDNEY_WORDS = re.compile(r"ckd|kidney|renal|nephro|esrd|dialysis", re.IGNORECASE)
_HEART_WORDS = re.compile(r"heart|cardi|hf[pr]ef|\b(?:chf|hf|lvh)\b", re.IGNORECASE)
_HEART_DISEASE = Codes.parse("I51.4-I51.7 I51.89 I51.9")
_KIDNEY_DISEASE = Codes.parse("N18")
_END_STAGE = Codes.parse("N18.5 N18.6")
_UNRELATED = (
    r"(?:not (?:due|related|secondary|attribut\w+|linked) (?:to )?|unrelated to |independent of |rather than |non-?)"
    r"(?:his |her |the )?(?:underlying )?(?:essential )?"
)
_SAYS_NOT_DIABETIC = re.compile(_UNRELATED + r"(?:type [12i]+ )?(?:diabet\w+|dm\b|t2dm)", re.IGNORECASE)
_SAYS_UNCOMPLICATED = re.compile(
    r"\b(?:diabet\w+|t?[12]?dm[12]?)\b[^;]{0,120}\b(?:no|without) (?:known |any |diabetic )?complications?\b",
    re.IGNORECASE,
)
_SAYS_NOT_HYPERTENSIVE = re.compile(_UNRELATED + r"(?:hypertensi\w+|htn\b|high blood pressure)", re.IGNORECASE)


@cache
def _presumed() -> tuple[tuple[Codes, str, bool], ...]:
    return tuple((Codes.parse(row["with"]), row["becomes"], row["keeps"] == "yes") for row in rows("combinations"))


def combine_diabetes(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    diabetes = outcome.acting(context, _DIABETES)
    base = max(diabetes, key=lambda draft: draft.probability, default=None)
    if base is None or any(find_statements(_SAYS_UNCOMPLICATED, context)):
        return outcome
    for draft in outcome.acting(context):
        for codes, ending, keeps in _presumed():
            if draft.code in codes and not _says_unrelated(draft, _SAYS_NOT_DIABETIC, context):
                outcome = _combine(outcome, base, draft, ending, keeps)
    return outcome


def _combine(outcome: GuidelineOutcome, base: Draft, draft: Draft, ending: str, keeps: bool) -> GuidelineOutcome:
    code = Icd10Cm(base.code.category + ending)
    made = replace(base, code=code, mentions=(*base.mentions, *draft.mentions), alternatives=())
    made = replace(made, probability=min(base.probability, draft.probability)).because(cite("icd10cm.I.A.15.with"))
    outcome = outcome.add(made)
    return outcome if keeps else outcome.withhold([draft], WithheldReason.SUPERSEDED)


@cache
def _joined() -> tuple[tuple[Codes, Codes, Icd10Cm, str], ...]:
    return tuple(
        (Codes.parse(row["first"]), Codes.parse(row["second"]), Icd10Cm.parse(row["becomes"]), row["keeps"])
        for row in rows("joined")
    )


def join_findings(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """One code for two findings where there is one that says both."""
    for first, second, becomes, keeps in _joined():
        one = next(iter(outcome.acting(context, first)), None)
        other = next(iter(outcome.acting(context, second)), None)
        if one and other:
            made = replace(one, mentions=(*one.mentions, *other.mentions))
            made = made.recoded(becomes, cite("icd10cm.I.B.9.combination"))
            outcome = outcome.exchange(one, *((one, made) if keeps == "both" else (made,)))
            outcome = outcome.withhold([other], WithheldReason.SUPERSEDED) if keeps == "no" else outcome
    return outcome


def combine_hypertension(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    outcome = _take_apart(outcome)
    hypertension = next(iter(outcome.acting(context, _HYPERTENSION)), None)
    if hypertension is None:
        return outcome
    heart = _linked(outcome, _HEART_FAILURE, context) or _linked(outcome, _HEART_DISEASE, context)
    kidney = _linked(outcome, _KIDNEY_DISEASE, context)
    found = _find_hypertensive_code({draft.code for draft in (hypertension, *heart, *kidney)})
    if found is None or Icd10Cm.parse(found[0]) == hypertension.code:
        return outcome
    joined = (*heart, *kidney)
    made = replace(
        hypertension,
        mentions=(*hypertension.mentions, *(mention for draft in joined for mention in draft.mentions)),
        probability=min(draft.probability for draft in (hypertension, *joined)),
    ).recoded(Icd10Cm.parse(found[0]), cite("icd10cm.I.A.15.with"), cite(found[1]))
    outcome = outcome.withhold([d for d in heart if d.code in _HEART_DISEASE], WithheldReason.SUPERSEDED)
    return outcome.exchange(hypertension, made)


def _take_apart(outcome: GuidelineOutcome) -> GuidelineOutcome:
    """Hypertensive heart and kidney disease without what nothing speaks of: the heart, the kidneys, or both."""
    for draft in (draft for draft in outcome.drafts if draft.code in _WITH_HEART_OR_KIDNEY):
        words = " ".join(evidence.quote for evidence in draft.evidence)
        has_kidney = _KIDNEY_WORDS.search(words) or any(other.code in _KIDNEY_DISEASE for other in outcome.drafts)
        has_heart = _HEART_WORDS.search(words) or any(other.code in _HEART for other in outcome.drafts)
        left = _without(draft.code, heart=not has_heart, kidney=not has_kidney)
        if left != draft.code:
            outcome = outcome.exchange(draft, draft.recoded(left, cite("icd10cm.I.A.15.with")))
    return outcome


def _without(code: Icd10Cm, *, heart: bool, kidney: bool) -> Icd10Cm:
    """What is left of the code when heart or kidney disease is taken out of it."""
    says_heart, says_kidney = code in _WITH_HEART and not heart, code in _WITH_KIDNEY and not kidney
    if (says_heart, says_kidney) == (code in _WITH_HEART, code in _WITH_KIDNEY):
        return code
    if says_kidney:
        return Icd10Cm("I120" if code in _WITH_END_STAGE else "I129")
    return Icd10Cm(("I110" if code in _WITH_FAILURE else "I119") if says_heart else "I10")


def _find_hypertensive_code(codes: set[Icd10Cm]) -> tuple[str, str] | None:
    """The combination code and its rule for hypertension with what else is present; None for hypertension alone."""

    def has(*named: Codes) -> bool:
        return any(code in group for code in codes for group in named)

    fails, is_end_stage = has(_HEART_FAILURE, _WITH_FAILURE), has(_END_STAGE, _WITH_END_STAGE)
    has_heart = fails or has(_HEART_DISEASE, _WITH_HEART)
    has_kidney = is_end_stage or has(_KIDNEY_DISEASE, _WITH_KIDNEY)
    if has_heart and has_kidney:
        code = ("I13.2" if is_end_stage else "I13.0") if fails else ("I13.11" if is_end_stage else "I13.10")
        return code, "icd10cm.I.C.9.a.3.both"
    if has_heart:
        return "I11.0" if fails else "I11.9", "icd10cm.I.C.9.a.1.heart"
    return ("I12.0" if is_end_stage else "I12.9", "icd10cm.I.C.9.a.2.kidney") if has_kidney else None


def _linked(outcome: GuidelineOutcome, codes: Codes, context: CodingContext) -> tuple[Draft, ...]:
    found = outcome.acting(context, codes)
    return tuple(draft for draft in found if not _says_unrelated(draft, _SAYS_NOT_HYPERTENSIVE, context))


def _says_unrelated(draft: Draft, pattern: re.Pattern[str], context: CodingContext) -> bool:
    """Whether a sentence that mentions the condition denies a link."""
    return any(pattern.search(sentence.quote) for sentence in find_sentences(draft, context))
