"""Symptoms that belong to a confirmed disease are left out (I.B.5, IV.D)."""

from functools import cache, lru_cache

from data.codes import Icd10Cm
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import find_sentences
from models.coding.guidelines.tables import Codes, rows

_ADVERSE_EFFECTS = Codes.parse("T36-T50")


@cache
def _integral() -> tuple[tuple[Codes, Codes], ...]:
    return tuple((Codes.parse(row["symptoms"]), Codes.parse(row["diseases"])) for row in rows("integral_symptoms"))


def drop_integral_symptoms(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    gone = [draft for draft in outcome.drafts if _belongs_to_disease(draft, outcome, context)]
    return outcome.withhold(gone, WithheldReason.INTEGRAL_SYMPTOM)


@lru_cache(maxsize=4096)
def _diseases_of(symptom: Icd10Cm) -> tuple[Codes, ...]:
    return tuple(diseases for symptoms, diseases in _integral() if symptom in symptoms)


def _belongs_to_disease(symptom: Draft, outcome: GuidelineOutcome, context: CodingContext) -> bool:
    return not _is_blamed_on_drug(symptom, outcome, context) and any(
        other is not symptom and other.probability >= context.min_probability and other.code in codes
        for other in outcome.drafts
        for codes in _diseases_of(symptom.code)
    )


def _is_blamed_on_drug(symptom: Draft, outcome: GuidelineOutcome, context: CodingContext) -> bool:
    """Whether a sentence names it beside the drug that did it ("hematuria due to apixaban"), not the disease."""
    drugs = [draft for draft in outcome.drafts if draft.code in _ADVERSE_EFFECTS and draft.code.compact[5:6] == "5"]
    if not drugs:
        return False
    own = set(find_sentences(symptom, context))
    return any(not own.isdisjoint(find_sentences(drug, context)) for drug in drugs)
