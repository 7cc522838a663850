"""Codes that only patients of some ages or of one sex have."""

from dataclasses import replace

from data.diagnosis_edits import DiagnosisTrait, find_diagnosis_edit
from data.notes import Patient, Sex
from models.coding.guidelines.draft import CodingContext, GuidelineOutcome

_OTHER_SEX = {Sex.FEMALE: DiagnosisTrait.MALE, Sex.MALE: DiagnosisTrait.FEMALE}
# The record of the patient may be wrong or may not tell the organs, so such a code is doubted and still shown.
_DOUBT = 0.25


def doubt_unfitting(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Lowers the probability of codes that do not fit the recorded age or sex."""
    drafts = (
        draft
        if is_fitting(draft.code.compact, context.patient)
        else replace(draft, probability=draft.probability * _DOUBT)
        for draft in outcome.drafts
    )
    return outcome.with_drafts(drafts)


def is_fitting(compact: str, patient: Patient) -> bool:
    """True where nothing is known against it."""
    other = _OTHER_SEX.get(patient.sex)
    if other is not None and find_diagnosis_edit(other, compact) is not None:
        return False
    ages = find_diagnosis_edit(DiagnosisTrait.AGE, compact)
    return ages is None or patient.age_years is None or ages.allows(patient.age_years)
