"""Pregnancy: the trimester and the weeks of gestation (I.C.15)."""

import re

from data.codes import Icd10Cm
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.sides import find_trimester_code
from models.coding.guidelines.statements import Statement, find_plain
from models.coding.guidelines.tables import Codes, cite

_PREGNANCY = Codes.parse("O09-O82 O94-O9A Z34 Z33.1")
_CHAPTER_15 = Codes.parse("O00-O9A")
_INCIDENTAL = Codes.parse("Z33.1 Z34")
_NOT_PREGNANT = Codes.parse("O00-O08 O85-O92 Z33.2")
_WEEKS = re.compile(
    r"\b(\d{1,2})(?:\s*(?:\+|w|and)?\s*\d\s*(?:/\s*7|d|days?)?)?[ -]*(?:weeks?|wks?|w)\b(?:[ -]*\d\s*(?:days?|d|/7))?"
    r"(?:['’]?\s*(?:gestation(?:al age)?|pregnant|ga\b|iup|intrauterine))"
    r"|\b(?:gestational age|ega|ga|gestation)\b[ :of]*(\d{1,2})(?=\s*(?:\+|w|weeks?|wks?|\s\d/7|\b))",
    re.IGNORECASE,
)


def code_gestation(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Trimesters by the stated weeks, Z3A for them, and no incidental pregnancy beside codes of chapter 15."""
    acting = [draft for draft in outcome.drafts if draft.probability >= context.min_probability]
    if any(draft.code in _CHAPTER_15 for draft in acting):
        outcome = outcome.withhold([d for d in outcome.drafts if d.code in _INCIDENTAL], WithheldReason.EXCLUDED)
    carried = [d for d in outcome.drafts if d.code in _PREGNANCY and d.code not in _NOT_PREGNANT]
    stated = _stated_weeks(context)
    if not carried or stated is None:
        return outcome
    weeks, statement = stated
    outcome = _code_trimesters(outcome, carried, weeks, context)
    made = Draft(_weeks_code(weeks), max(d.probability for d in carried), (statement.mention,))
    return outcome.with_drafts((*outcome.drafts, made.because(cite("icd10cm.I.C.21.c.11.weeks"))))


def _stated_weeks(context: CodingContext) -> tuple[int, Statement] | None:
    """The one number of weeks that the notes state; None when they state none or several."""
    found = {int(s.match[1] or s.match[2]): s for s in find_plain(_WEEKS, context)}
    possible = {weeks: statement for weeks, statement in found.items() if 4 <= weeks <= 42}
    return next(iter(possible.items())) if len(possible) == 1 else None


def _code_trimesters(
    outcome: GuidelineOutcome, carried: list[Draft], weeks: int, context: CodingContext
) -> GuidelineOutcome:
    trimester = "first" if weeks < 14 else "second" if weeks < 28 else "third"
    for draft in carried:
        code = context.code_set and find_trimester_code(draft.code.compact, trimester, context.code_set)
        if code and code != draft.code.compact:
            changed = draft.recoded(Icd10Cm(code), cite("icd10cm.I.C.15.a.3.trimester"))
            outcome = outcome.exchange(draft, changed)
    return outcome


def _weeks_code(weeks: int) -> Icd10Cm:
    if weeks < 8:
        return Icd10Cm("Z3A01")
    return Icd10Cm("Z3A49") if weeks > 42 else Icd10Cm(f"Z3A{weeks:02d}")
