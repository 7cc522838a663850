"""A fracture is displaced unless the notes say that it is not (I.C.19.c)."""

import re

from data.codes import Icd10Cm
from data.codeset import CodeSet
from models.coding.guidelines.draft import CodingContext, GuidelineOutcome
from models.coding.guidelines.statements import find_statements
from models.coding.guidelines.tables import Codes, cite

_FRACTURES = Codes.parse("S02 S12 S22 S32 S42 S52 S62 S72 S82 S92")
_HINTS = ("displace", "nondisp", "non-disp", "non disp")
_NONDISPLACED = re.compile(
    r"\b(?:non[- ]?disp(?:laced)?|undisplaced|not displaced|(?:no|without)(?: significant| any)? displacement)\b",
    re.IGNORECASE,
)
_DISPLACED = re.compile(r"(?<!non)(?<!non[- ])(?<!un)(?<!not )\bdisplaced\b", re.IGNORECASE)
_CLIMB = 3


def code_displacement(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Where the notes call no fracture displaced and one nondisplaced, that is the code."""
    if context.code_set is None or not any(draft.code in _FRACTURES for draft in outcome.drafts):
        return outcome
    if not any(find_statements(_NONDISPLACED, context, _HINTS)) or any(_displaced(context)):
        return outcome
    for draft in outcome.drafts:
        twin = _find_twin(draft.code.compact, context.code_set) if draft.code in _FRACTURES else None
        if twin is not None:
            why = cite("icd10cm.I.C.19.c.displaced")
            outcome = outcome.exchange(draft, draft.recoded(Icd10Cm(twin), why, keep_as_alternative=True))
    return outcome


def _displaced(context: CodingContext) -> list[str]:
    found = find_statements(_DISPLACED, context, _HINTS)
    return [one.match.group() for one in found if not (one.assertion.is_negated or one.assertion.is_historical)]


def _find_twin(compact: str, code_set: CodeSet) -> str | None:
    """The code whose title differs in that the fracture is nondisplaced; None when there is none."""
    entry = code_set.find(compact)
    if entry is None or not entry.term.startswith("Displaced "):
        return None
    wanted = entry.term.replace("Displaced ", "Nondisplaced ", 1)
    above = [code for code in code_set.ancestors(compact) if code in code_set]
    family = (code for head in above[1 : 1 + _CLIMB] for code in code_set.billable_under(head))
    return next((code for code in family if code_set.get(code).term == wanted), None)
