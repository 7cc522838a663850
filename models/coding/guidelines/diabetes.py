"""Diabetes: its type as the notes state it, and retinopathy told for each eye (I.C.4.a)."""

import re
from collections.abc import Iterator
from dataclasses import replace

from data.codes import Icd10Cm
from models.coding.guidelines.draft import CodingContext, GuidelineOutcome
from models.coding.guidelines.statements import Statement, find_statements
from models.coding.guidelines.tables import Codes, cite

_TYPED = Codes.parse("E10-E11")
_TYPE_1 = re.compile(
    r"\b(?:(?:type|typ|t)[ -]?(?:1|i|one) ?(?:dm|diabet\w+)|(?:dm|diabet\w+(?: mellitus)?)[ ,-]*(?:type ?)?(?:1|i|one)"
    r"|t1d|t1dm|dm1|lada)\b",
    re.IGNORECASE,
)
_TYPE_2 = re.compile(
    r"\b(?:(?:type|typ|t)[ -]?(?:2|ii|two)(?: ?(?:dm|diabet\w+))?|(?:dm|diabet\w+(?: mellitus)?)[ ,-]*(?:type ?)?"
    r"(?:2|ii|two)"
    r"|t2d|t2dm|dm2|niddm|a1gdm|steroid[ -]induced diabetes)\b",
    re.IGNORECASE,
)
# Detachments and what is stable or treated stay as they were found.
_RETINOPATHY = Codes.parse(
    " ".join(f"{kind}.31-{kind}.34 {kind}.351 {kind}.359" for kind in ("E08", "E09", "E10", "E11", "E13"))
)
_EYE = r"(?P<eye>right eye|left eye|both eyes|bilat(?:eral(?:ly)?)?|each eye|od|os|ou|r eye|l eye)"
_GRADE = r"(?P<grade>mild|moderate|mod|severe|proliferative|pdr)"
_DISEASE = r"(?:npdr|pdr|non-?proliferative|proliferative|(?:diabetic )?retinopathy|background)"
_TOLD = re.compile(rf"\b{_GRADE}\b|\b{_EYE}\b|\b(?P<disease>{_DISEASE})\b", re.IGNORECASE)
_EYES = {"right": "1", "r": "1", "od": "1", "left": "2", "l": "2", "os": "2"}
_GRADES = {"mild": "2", "moderate": "3", "mod": "3", "severe": "4", "proliferative": "5", "pdr": "5"}
_NAMES_RETINOPATHY = re.compile(r"\bn?pdr\b|retinopathy", re.IGNORECASE)
_EDEMA = re.compile(r"\b(?:macular o?edema|dme|cme|csme)\b", re.IGNORECASE)
_NO_EDEMA = re.compile(r"\b(?:no|w/o|without|neg(?:ative)? for)\b[^.;]{0,25}$", re.IGNORECASE)
_PART = re.compile(r"[;,.]|\band\b|\bbut\b", re.IGNORECASE)
_TYPE_RULE = "icd10cm.I.C.4.a.1.type"
_EYE_RULE = "icd10cm.I.B.13.laterality"
_BOTH = {"1", "2"}


def settle_diabetes_type(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Every complication has the type that the notes state, where they state one only."""
    drafts = [draft for draft in outcome.drafts if draft.code in _TYPED]
    if not drafts:
        return outcome
    stated = [category for pattern, category in ((_TYPE_1, "E10"), (_TYPE_2, "E11")) if any(_stated(pattern, context))]
    if len(stated) == 1:
        for draft in drafts:
            code = stated[0] + draft.code.compact[3:]
            is_known = context.code_set is None or code in context.code_set
            if code != draft.code.compact and is_known:
                outcome = outcome.exchange(draft, draft.recoded(Icd10Cm(code), cite(_TYPE_RULE)))
    return outcome


def _stated(pattern: re.Pattern[str], context: CodingContext) -> Iterator[Statement]:
    for told in find_statements(pattern, context):
        if not (told.assertion.is_family or told.assertion.is_negated):
            yield told


def code_retinopathy(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Retinopathy of each eye by the grade and the oedema told of it; several readings of one sentence become these."""
    drafts = outcome.acting(context, _RETINOPATHY)
    told = (
        next((told for s in find_statements(_NAMES_RETINOPATHY, context) if (told := _eyes(s))), {}) if drafts else {}
    )
    if not told:
        return outcome
    best = max(drafts, key=lambda draft: draft.probability)
    first = replace(best, mentions=tuple(m for draft in drafts for m in draft.mentions))
    made = [first.recoded(Icd10Cm(best.code.category + code), cite(_EYE_RULE)) for code in _endings(told)]
    kept = [draft for draft in outcome.drafts if draft not in drafts]
    at = outcome.drafts.index(drafts[0])
    return outcome.with_drafts((*kept[:at], *made, *kept[at:]))


def _eyes(named: Statement) -> dict[str, tuple[str, str]]:
    """By eye ("1", "2"): the fifth character of its code and the sixth, of a sentence that tells them of an eye."""
    if named.sentence is None or not named.assertion.is_plain:
        return {}
    eyes: dict[str, tuple[str, str]] = {}
    grade, seen_edema = "", False
    for part in _PART.split(named.sentence.quote):
        matches = list(_TOLD.finditer(part))
        grades = [_GRADES[m["grade"].lower()] for m in matches if m["grade"]]
        grade = _highest(grades, part) or grade
        sides = {side for m in matches if m["eye"] for side in _sides(m["eye"])}
        edema = _EDEMA.search(part)
        if edema and not sides and eyes and not _NO_EDEMA.search(part[: edema.start()]):
            eyes = {eye: (known, "1") for eye, (known, _) in eyes.items()}
        seen_edema = edema is not None and not _NO_EDEMA.search(part[: edema.start()])
        if grade:
            eyes.update(dict.fromkeys(sides, (grade, "1" if seen_edema else "9")))
    return eyes


def _highest(grades: list[str], part: str) -> str:
    if re.search(r"\b(?:npdr|non-?proliferative)\b", part, re.IGNORECASE):
        grades = [grade for grade in grades if grade != "5"]
    return max(grades, default="")


def _sides(eye: str) -> set[str]:
    return {_EYES[eye.split(maxsplit=1)[0].lower()]} if eye.split(maxsplit=1)[0].lower() in _EYES else _BOTH


def _endings(told: dict[str, tuple[str, str]]) -> list[str]:
    if len(told) == 2 and told["1"] == told["2"]:
        grade, edema = told["1"]
        return [f"3{grade}{edema}3"]
    return [f"3{grade}{edema}{eye}" for eye, (grade, edema) in sorted(told.items())]
