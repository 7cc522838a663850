"""What notes of a pregnancy tell and chapter 15 codes: earlier pregnancies, the blood group, low risk (I.C.15.b)."""

import re
from functools import cache
from typing import NamedTuple

from data.codes import Icd10Cm
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.maternal import find_state, is_said
from models.coding.guidelines.statements import Statement, find_statements
from models.coding.guidelines.tables import cite, compile_pattern, rows

_RULE = "icd10cm.I.C.15.b.supervision"


class _Fact(NamedTuple):
    pattern: re.Pattern[str]
    code: Icd10Cm
    probability: float
    hints: tuple[str, ...]


@cache
def _facts() -> tuple[_Fact, ...]:
    return tuple(
        _Fact(
            compile_pattern(row["pattern"]),
            Icd10Cm.parse(row["code"]),
            float(row["probability"]),
            tuple(row["hints"].split("|")),
        )
        for row in rows("obstetric_facts")
    )


def code_obstetric_facts(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Codes of the unspecified trimester; `code_gestation` settles it."""
    acting = outcome.acting(context)
    if find_state(acting, context) not in ("pregnancy", "childbirth"):
        return outcome
    for fact in _facts():
        told = next((s for s in find_statements(fact.pattern, context, fact.hints) if _holds(s)), None)
        if told and not is_said(fact.code, acting):
            made = Draft(fact.code, fact.probability, (told.mention,)).because(cite(_RULE))
            outcome = outcome.add(made)
    return outcome


def _holds(told: Statement) -> bool:
    assertion = told.assertion
    return not (assertion.is_negated or assertion.is_family or assertion.is_uncertain or assertion.is_hypothetical)
