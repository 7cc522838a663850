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
_PERCENTILE = re.compile(
    r"\b(?:BMI|body mass index)\b[^;\n]{0,40}?(?<![\d.])(\d{1,2})(?:\.\d+)?\s*(?:st|nd|rd|th)?"
    r"\s*(?:%|percentile|pctl|pct\b)",
    re.I,
)
_CHAPTER_15 = Codes.parse("O00-O9A")
_ADULT, _CHILD = 20, 2
# Percentiles for age from which each code of a child holds.
_CHILD_CODES = ((95, "Z6854"), (85, "Z6853"), (5, "Z6852"), (0, "Z6851"))


def code_body_mass(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    weight = outcome.acting(context, _WEIGHT)
    if not weight or outcome.acting(context, _CHAPTER_15):
        return outcome.withhold([d for d in outcome.drafts if d.code in _BMI_CODES], WithheldReason.EXCLUDED)
    stated = _stated_value(context)
    if stated is None:
        return outcome
    code, statement = stated
    made = Draft(code, max(d.probability for d in weight), (statement.mention,))
    others = [d for d in outcome.drafts if d.code in _BMI_CODES and d.code != made.code]
    kept = [d for d in outcome.drafts if d not in others]
    made = replace(made, alternatives=tuple(d.code for d in others)).because(cite("icd10cm.I.B.14.bmi"))
    return outcome.with_drafts((*kept, made))


def _stated_value(context: CodingContext) -> tuple[Icd10Cm, Statement] | None:
    """The code of the last stated value: an adult's by the number, a child's by the percentile for age."""
    age = context.patient.age_years
    is_child = age is not None and _CHILD <= age < _ADULT
    if age is not None and age < _CHILD:
        return None
    found = [s for s in find_statements(_PERCENTILE if is_child else _BMI, context) if _is_current(s)]
    if not found:
        return None
    value = float(found[-1].match[1])
    return (_child_code(value) if is_child else _adult_code(value)), found[-1]


def _is_current(found: Statement) -> bool:
    assertion = found.assertion
    return not (assertion.is_family or assertion.is_historical or assertion.is_hypothetical)


def _child_code(percentile: float) -> Icd10Cm:
    return Icd10Cm(next(code for least, code in _CHILD_CODES if percentile >= least))


def _adult_code(value: float) -> Icd10Cm:
    if value < 20:
        return Icd10Cm("Z681")
    if value < 40:
        return Icd10Cm(f"Z68{int(value)}")
    return Icd10Cm(
        "Z68" + ("41" if value < 45 else "42" if value < 50 else "43" if value < 60 else "44" if value < 70 else "45")
    )
