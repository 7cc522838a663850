"""The birth of a child on the child's own record (I.C.16.a.2, I.C.21.c.12)."""

import re

from data.codes import Icd10Cm
from data.notes import Setting
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import find_plain
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
    return outcome.with_drafts((*outcome.drafts, made))
