"""Body mass index: coded beside a documented weight diagnosis only (I.B.14)."""

import re
from dataclasses import replace

from data.codes import Icd10Cm
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import Statement, find_statements
from models.coding.guidelines.tables import Codes, cite

_BMI_CODES = Codes.parse("Z68")
_WEIGHT = Codes.parse("E40-E46 E66 F50 R62.7 R63.4-R63.6")
_BMI = re.compile(
    r"\b(?:BMI|body mass index)\b[^.\d\n]{0,25}(\d{2}(?:\.\d{1,2})?)(?!\d|\s*(?:%|percentile|th\b))", re.I
)
_ADULT = 20


def code_body_mass(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    weight = [d for d in outcome.drafts if d.code in _WEIGHT and d.probability >= context.min_probability]
    if not weight:
        return outcome.withhold([d for d in outcome.drafts if d.code in _BMI_CODES], WithheldReason.EXCLUDED)
    stated = _stated_value(context)
    if stated is None:
        return outcome
    value, statement = stated
    made = Draft(_adult_code(value), max(d.probability for d in weight), (statement.mention,))
    others = [d for d in outcome.drafts if d.code in _BMI_CODES and d.code != made.code]
    kept = [d for d in outcome.drafts if d not in others]
    made = replace(made, alternatives=tuple(d.code for d in others)).because(cite("icd10cm.I.B.14.bmi"))
    return outcome.with_drafts((*kept, made))


def _stated_value(context: CodingContext) -> tuple[float, Statement] | None:
    """The adult's last stated value; None for a child, whose codes go by percentile."""
    age = context.patient.age_years
    if age is not None and age < _ADULT:
        return None
    found = [s for s in find_statements(_BMI, context) if not s.assertion.is_family and not s.assertion.is_historical]
    found = [s for s in found if not s.assertion.is_hypothetical]
    return (float(found[-1].match[1]), found[-1]) if found else None


def _adult_code(value: float) -> Icd10Cm:
    if value < 20:
        return Icd10Cm("Z681")
    if value < 40:
        return Icd10Cm(f"Z68{int(value)}")
    return Icd10Cm(
        "Z68" + ("41" if value < 45 else "42" if value < 50 else "43" if value < 60 else "44" if value < 70 else "45")
    )
