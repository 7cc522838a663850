"""Symptoms that belong to a confirmed disease are left out (I.B.5, IV.D)."""

from functools import cache

from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.tables import Codes, rows


@cache
def _integral() -> tuple[tuple[Codes, Codes], ...]:
    return tuple((Codes.parse(row["symptoms"]), Codes.parse(row["diseases"])) for row in rows("integral_symptoms"))


def drop_integral_symptoms(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    gone = [draft for draft in outcome.drafts if _belongs_to_disease(draft, outcome, context)]
    return outcome.withhold(gone, WithheldReason.INTEGRAL_SYMPTOM)


def _belongs_to_disease(symptom: Draft, outcome: GuidelineOutcome, context: CodingContext) -> bool:
    diseases = [codes for symptoms, codes in _integral() if symptom.code in symptoms]
    return any(
        other is not symptom and other.probability >= context.min_probability and other.code in codes
        for other in outcome.drafts
        for codes in diseases
    )
