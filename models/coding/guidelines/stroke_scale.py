"""The NIH stroke scale that the notes state, beside the stroke that it grades (I.C.18.i)."""

import re

from data.codes import Icd10Cm
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import find_plain
from models.coding.guidelines.tables import Codes, cite

_STROKES = Codes.parse("I60-I63")
_SCORES = Codes.parse("R29.7")
_HIGHEST = 42
# At most five words between, none of them another number: "NIH stroke scale on arrival was 14".
_SCALE = re.compile(
    r"\b(?:nihss|nih ss|nih (?:stroke )?(?:scale|score))(?: score)?(?:[^\S\n]|[:=(])+"
    r"(?:[a-z]+[^\S\n]+){0,5}?(?:of[^\S\n]+|[=~])?(\d{1,2})\b(?![./-]\d)",
    re.IGNORECASE,
)
_SHARE = 0.8
_RULE = "icd10cm.I.C.18.i.stroke_scale"


def code_stroke_scale(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """The first score that is told: the initial one counts."""
    strokes = [draft.probability for draft in outcome.drafts if draft.code in _STROKES]
    if max(strokes, default=0.0) < context.min_probability:
        return outcome
    told = next((told for told in find_plain(_SCALE, context) if int(told.match[1]) <= _HIGHEST), None)
    if told is None:
        return outcome
    code = Icd10Cm(f"R297{int(told.match[1]):02d}")
    made = Draft(code, _SHARE * max(strokes), (told.mention,)).because(cite(_RULE))
    return outcome.with_drafts((*(draft for draft in outcome.drafts if draft.code not in _SCORES), made))
