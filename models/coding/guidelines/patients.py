"""Codes that only patients of some ages, of one sex, or in or after a pregnancy have."""

import re
from dataclasses import replace

from data.diagnosis_edits import DiagnosisTrait, find_diagnosis_edit
from data.notes import Patient, Sex
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import find_statements
from models.coding.guidelines.tables import Codes

_OTHER_SEX = {Sex.FEMALE: DiagnosisTrait.MALE, Sex.MALE: DiagnosisTrait.FEMALE}
# The record of the patient may be wrong or may not tell the organs, so such a code is doubted and still shown.
_DOUBT, _NOT_CARRIED = 0.25, 0.1
_CHAPTER_15 = Codes.parse("O00-O9A")
_OF_PREGNANCY = re.compile(
    r"\bpregnan(?:t|cy|cies)\b(?!\s*(?:test|n/?a\b|neg\w*|not\b|prevention|risk|:? ?no\b))|\bpreg\b|\bgravida\b"
    r"|\bg\d+\s?,?\s?p\d|\b(?:primi|multi)(?:gravida|para)\w*|\bgestation\w*|\btrimester\b|\bfet(?:us|al|uses)\b"
    r"|\b(?:pre|ante|intra|post|peri)-?(?:natal|partum)\b|\b(?:iup|ed[cd]|ega|ob|sab|iufd|pp)\b|\bobstetric\w*"
    r"|\b(?:in|of|after) labor\b|\bdeliver(?:y|ed)\b|\bc(?:esarean|[-/ ]section|/s)\b|\bmiscarr\w+|\babortion\b"
    r"|\bectopic\b|\bhyperemesis\b|\bbreast-?feed\w*|\blactat\w+|\bnursing\b|\bpuerper\w+|\btwins?\b|\bmidwi\w+|\bplacent\w+"
    r"|\bprevia\b|\b(?:pre)?eclamp\w+|\b\d\d?\s?w(?:k|ks|eeks?)?\s?\+?\s?\d ?d?\b|\b\d\d?\+\d\b",
    re.IGNORECASE,
)


def doubt_unfitting(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Lowers the probability of codes that do not fit the recorded age or sex, and of those of chapter 15 where no
    word speaks of a pregnancy."""
    is_carried = any(draft.code in _CHAPTER_15 for draft in outcome.drafts) and _speaks_of_pregnancy(context)
    drafts = (replace(one, probability=one.probability * _doubt(one, is_carried, context)) for one in outcome.drafts)
    return outcome.with_drafts(drafts)


def _doubt(draft: Draft, is_carried: bool, context: CodingContext) -> float:
    if draft.code in _CHAPTER_15 and not is_carried:
        return _NOT_CARRIED
    return 1.0 if is_fitting(draft.code.compact, context.patient) else _DOUBT


def _speaks_of_pregnancy(context: CodingContext) -> bool:
    found = (one.assertion for one in find_statements(_OF_PREGNANCY, context))
    return not context.documents or any(not (said.is_negated or said.is_family) for said in found)


def is_fitting(compact: str, patient: Patient) -> bool:
    """True where nothing is known against it."""
    other = _OTHER_SEX.get(patient.sex)
    if other is not None and find_diagnosis_edit(other, compact) is not None:
        return False
    ages = find_diagnosis_edit(DiagnosisTrait.AGE, compact)
    return ages is None or patient.age_years is None or ages.allows(patient.age_years)
