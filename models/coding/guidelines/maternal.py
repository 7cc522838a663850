"""Conditions of a pregnant patient: chapter 15 has codes of its own for what complicates a pregnancy (I.C.15.a)."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from data.codes import Icd10Cm
from data.notes import Sex
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.pregnancy import find_weeks
from models.coding.guidelines.statements import find_plain
from models.coding.guidelines.tables import Codes, cite, rows

_PREGNANT = Codes.parse("O09-O77 O85-O9A Z34 Z3A Z33.1")
_DELIVERED = Codes.parse("O80-O82 Z37")
_AFTERWARDS = Codes.parse(
    "Z39 O85-O87 O90-O92 O12.05 O12.15 O12.25 O13.5 O14.05 O14.15 O14.25 O14.95 O15.2 O72.1-O72.3"
)
_PUERPERIUM = re.compile(
    r"\b(?:ppd ?#? ?\d|post-?partum (?:day|visit|check|exam)|\d+ (?:days?|weeks?|wks?) (?:post-?partum|pp\b))",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"\bapgars?\b|\b(?:viable|live-?born|living|vigorous|live) (?:\w+ )?(?:infant|boy|girl|male|female|baby|newborn)",
    re.IGNORECASE,
)
_TEST_POSITIVE = re.compile(
    r"\b(?:hcg|upt|upreg|u-?preg|pregnancy test)\b(?: \w+){0,2}? ?(?:is |was |: ?)?(?:pos(?:itive)?\b|\+)",
    re.IGNORECASE,
)
_OF_DELIVERY = Codes.parse("O60-O77 O80-O82 O30-O36 O40-O48 O10-O16 O24 O99")
_SHARE, _BORN_ALIVE = 0.9, 0.85
_FERTILE = range(11, 56)
_RULE = "icd10cm.I.C.15.a.1.complicating"


class _Maternal(NamedTuple):
    conditions: Codes
    codes: dict[str, Icd10Cm]
    keeps: bool


@cache
def _rows() -> tuple[_Maternal, ...]:
    states = ("pregnancy", "childbirth", "puerperium")
    return tuple(
        _Maternal(
            Codes.parse(row["conditions"]),
            {state: Icd10Cm.parse(row[state]) for state in states if row[state]},
            row["keeps"] == "yes",
        )
        for row in rows("maternal")
    )


def code_maternal_conditions(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """The chapter 15 code of each condition, beside it or in its place; `code_gestation` settles its trimester."""
    outcome = _add_live_birth(outcome, context)
    acting = outcome.acting(context)
    state = find_state(acting, context)
    if state is None:
        return outcome
    for draft in acting:
        row = next((row for row in _rows() if draft.code in row.conditions), None)
        code = row.codes.get(state) if row else None
        if row and code and not is_said(code, outcome.drafts):
            outcome = _add(outcome, draft, code)
        if row and code and not row.keeps:
            outcome = outcome.withhold([draft], WithheldReason.SUPERSEDED)
    return outcome


def _add_live_birth(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """The outcome of a delivery that the mother's notes tell of; of several children they say more (I.C.15.b.5)."""
    acting = outcome.acting(context)
    is_mother = context.patient.sex is not Sex.MALE and any(draft.code in _OF_DELIVERY for draft in acting)
    several = any(draft.code.category in ("O30", "Z37") for draft in acting)
    born = next(find_plain(_BORN, context), None) if is_mother and not several else None
    if born is None:
        return outcome
    made = Draft(Icd10Cm("Z370"), _BORN_ALIVE, (born.mention,)).because(cite("icd10cm.I.C.15.b.5.outcome"))
    return outcome.add(made)


def find_state(acting: Sequence[Draft], context: CodingContext) -> str | None:
    """`pregnancy`, `childbirth` or `puerperium`; None for a patient in none of them."""
    if any(draft.code in _DELIVERED for draft in acting):
        return "childbirth"
    is_pregnant = any(draft.code in _PREGNANT for draft in acting) or _is_said_pregnant(context)
    if any(draft.code in _AFTERWARDS for draft in acting) or (is_pregnant and any(find_plain(_PUERPERIUM, context))):
        return "puerperium"
    return "pregnancy" if is_pregnant else None


def _is_said_pregnant(context: CodingContext) -> bool:
    patient = context.patient
    may_be = patient.sex is Sex.FEMALE and patient.age_years is not None and patient.age_years in _FERTILE
    return may_be and (find_weeks(context) is not None or any(find_plain(_TEST_POSITIVE, context)))


def is_said(code: Icd10Cm, drafts: Iterable[Draft]) -> bool:
    """Whether a code of the same subcategory is listed."""
    return any(draft.code.compact[:5] == code.compact[:5] for draft in drafts)


def _add(outcome: GuidelineOutcome, draft: Draft, code: Icd10Cm) -> GuidelineOutcome:
    made = Draft(code, _SHARE * draft.probability, draft.mentions).because(cite(_RULE))
    return outcome.add(made)
