"""The risk adjustment categories of the diagnoses of an encounter."""

from data.codes import Icd10Cm, parse_code
from data.noun import Noun
from data.store.encounter_rows import StoredEncounter
from models.grouping.risk_categories import RiskAdjustment, RiskCategory


class RiskCategories(Noun):
    risk_categories: tuple[RiskCategory, ...]


def find_risk_categories(risk_adjustment: RiskAdjustment, stored: StoredEncounter) -> tuple[RiskCategory, ...]:
    """Of every diagnosis that is suggested or that stands, in that order, each once."""
    shown = [parse_code(one.system, one.code) for one in stored.suggestion_set.suggestions]
    decided = [one.decision for one in stored.standing]
    shown += [parse_code(one.system, one.final_code) for one in decided if one.final_code is not None]
    diagnoses = dict.fromkeys(code for code in shown if isinstance(code, Icd10Cm))
    year = stored.encounter.date_of_service.year
    return tuple(category for code in diagnoses for category in risk_adjustment.find(code, year))
