"""The birth of a child on its own record (I.C.16.a.2, I.C.21.c.12); how early and how light it was (I.C.16.d)."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from data.codes import Icd10Cm
from data.notes import Setting
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import Statement, find_plain, find_statements
from models.coding.guidelines.tables import Codes, cite

_LIVEBORN = Codes.parse("Z38")
_BIRTH = re.compile(
    r"\b(?:apgars?|birth ?weight|newborn (?:nursery|care|admission|exam|h&p|discharge)|well[ -]baby nursery|vavd|n?svd"
    r"|(?:born|delivered) (?:by|via|vaginally|at \d\d)|delivery: ?\w+"
    r"|(?:aga|sga|lga) (?:\d|male|female|boy|girl|infant))",
    re.IGNORECASE,
)
_CESAREAN = re.compile(r"\b(?:c-?section|(?:c|ca)esarean|c/s|r?lt?cs)\b", re.IGNORECASE)
_TWIN = re.compile(r"\btwin\b", re.IGNORECASE)
_CAME_LATER = re.compile(r"\b(?:readmi\w+|transferred from|re-?admission)\b", re.IGNORECASE)
_PROBABILITY = 0.8
_EARLY, _LIGHT = Codes.parse("P07.2-P07.3"), Codes.parse("P07.0-P07.1")
_WEEKS = re.compile(
    r"\b(2\d|3[0-6])[ -]?(?:weeks?|wks?|wkr?|w)(?![a-z])|\b(2\d|3[0-6])\s?(?:\+\s?[0-6]|[0-6]/7)(?![\d/])",
    re.IGNORECASE,
)
_GRAMS = re.compile(
    r"\b(?:birth ?weight|bw|bwt|born|weigh(?:t|ed|ing))\b[^.;\d]{0,20}(?:(\d{1,2})[,.]?(\d{3}) ?(?:g|grams?|gm|gms)?\b"
    r"|(\d{3}) ?(?:g|grams?)\b|([0-2]\.\d{1,3}) ?kg)"
    r"|\bborn\b[^.;\n]{0,60}?\b([12])?,?(\d{3}) ?(?:g|grams?)\b",
    re.IGNORECASE,
)
_AT_BIRTH = re.compile(
    r"\bborn\b|\bbirth\b|\bdeliver|\bpre-?term|\bpremat|\bpreemie|\bex[ -]?(?=\d)|\bformer\b|\bga\b", re.I
)
_PRESENT_AGE = re.compile(r"\b(?:old|corrected|adjusted|pma|post-?menstrual)\b", re.IGNORECASE)
_EXTREME = {24: "P0723", 25: "P0724", 26: "P0725", 27: "P0726"}
_GRAM_STEPS = (500, 750, 1000, 1250, 1500, 1750, 2000)
_GRAM_CODES = ("P0701", "P0702", "P0703", "P0714", "P0715", "P0716", "P0717", "P0718")
_RULE = "icd10cm.I.C.16.d.prematurity"


def code_birth(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Z38 for the stay in which the child was born, by the way of delivery and by twins."""
    if context.patient.age_years != 0 or context.setting is not Setting.INPATIENT:
        return outcome
    born = next(find_plain(_BIRTH, context), None)
    if born is None or any(find_plain(_CAME_LATER, context)) or any(d.code in _LIVEBORN for d in outcome.drafts):
        return outcome
    number = "3" if any(find_plain(_TWIN, context)) else "0"
    code = Icd10Cm(f"Z38{number}{int(any(find_plain(_CESAREAN, context)))}")
    made = Draft(code, _PROBABILITY, (born.mention,)).because(cite("icd10cm.I.C.16.a.2.birth"))
    return outcome.add(made)


def code_maturity(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """P07 by the stated completed weeks and weight at birth, in place of codes that leave them open."""
    early = [draft for draft in outcome.drafts if draft.code in _EARLY]
    if context.patient.age_years is None or context.patient.age_years > 1 or not early:
        return outcome
    weeks = next(_weeks_at_birth(context), None)
    if weeks:
        for draft in early:
            told = replace(draft, probability=max(draft.probability, _PROBABILITY))
            outcome = outcome.exchange(draft, told.recoded(_weeks_code(weeks), cite(_RULE)))
    floor = _PROBABILITY if weeks else 0.0
    return _code_weight(outcome, max(floor, *(draft.probability for draft in early)), context)


def _code_weight(outcome: GuidelineOutcome, probability: float, context: CodingContext) -> GuidelineOutcome:
    told = next(
        ((s, grams) for s in find_statements(_GRAMS, context) if 300 <= (grams := _grams(s.match)) < 2500), None
    )
    if told is None:
        return outcome
    code = Icd10Cm(_GRAM_CODES[bisect_right(_GRAM_STEPS, told[1])])
    kept = tuple(draft for draft in outcome.drafts if draft.code not in _LIGHT)
    return outcome.with_drafts((*kept, Draft(code, probability, (told[0].mention,)).because(cite(_RULE))))


def _weeks_at_birth(context: CodingContext) -> Iterator[int]:
    for told in find_statements(_WEEKS, context):
        if told.sentence is None or told.assertion.is_family or _is_present_age(told):
            continue
        if _AT_BIRTH.search(told.sentence.quote):
            yield int(told.match[1] or told.match[2])


def _is_present_age(told: Statement) -> bool:
    """Whether the weeks are those of today, by words that no bracket keeps apart."""
    beside = told.before.rpartition("(")[2] + (told.match.group() + told.after).partition(")")[0]
    return _PRESENT_AGE.search(beside) is not None


def _weeks_code(weeks: int) -> Icd10Cm:
    if weeks < 24:
        return Icd10Cm("P0722" if weeks == 23 else "P0721")
    return Icd10Cm(_EXTREME.get(weeks) or f"P073{weeks - 27}")


def _grams(match: re.Match[str]) -> int:
    if match[6]:
        return int((match[5] or "") + match[6])
    if match[4]:
        return round(1000 * float(match[4]))
    return int(match[3]) if match[3] else int(match[1] + match[2])
