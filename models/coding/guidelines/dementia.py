"""Dementia: its severity and what comes with it as the notes state them, beside the disease it is of (I.C.5.d)."""

import re
from collections.abc import Iterator
from dataclasses import replace

from data.codes import Icd10Cm
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import Statement, find_plain, find_statements
from models.coding.guidelines.tables import Codes, cite

_DEMENTIA = Codes.parse("F01-F03")
# Diseases that the index names with a dementia ("Disease, Alzheimer's G30.9 [F02.80]").
_DISEASES = Codes.parse("G30 G31.0 G31.83")
_NOUN = (
    r"(?:dementia|alzheimer(?:['’]?s)?(?: (?:disease|dementia))?(?: (?:plus|and|\+) vascular)?"
    r"|major (?:neuro)?cognitive disorder|lewy body disease)"
)
_SEVERITY = r"(mild|moderate|severe|advanced)"
_KINDS = r"(?:(?:late|early|onset|vascular|mixed|senile|lewy|body|frontotemporal|multi|infarct|probable)[\s-]+)*"
_SAID_BEFORE = re.compile(rf"\b{_SEVERITY}(?:[- ](?:stage|severity))?[ ,-]+{_KINDS}{_NOUN}", re.IGNORECASE)
_SAID_AFTER = re.compile(
    rf"\b{_NOUN}\b[^.;\n]{{0,40}}?\b{_SEVERITY}(?= ?(?:stage|severity|degree)\b|\W*(?:[,.;)/\n]|$|with\b|w/))",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\b{_NOUN}", re.IGNORECASE)
_LEVELS = {"mild": "A", "moderate": "B", "severe": "C", "advanced": "C"}
_UNSPECIFIED = {"F01": "5", "F02": "8", "F03": "9"}
_WITH = r"(?:with|w/|and|plus|has|having|,)\s*(?:[\w/-]+,? (?:and )?){0,3}?"
_BEHAVIOURS = (
    ("11", r"agitat\w+|aggress\w+|combative\w*|restless\w*|violent \w+|exit[- ]seeking|physical outbursts?"),
    ("18", r"behaviou?ral (?:disturbances?|symptoms|issues|problems)|disinhibition|sundowning|sleep disturbance"),
    ("2", r"delusions?|delusional|hallucinations?|hallucinating|paranoi\w+|psycho(?:sis|tic)\b[\w ]*"),
    ("3", r"depress\w+|apathy|mood (?:disturbance|symptoms)"),
    ("4", r"anxiety|anxious"),
)
_COMES_WITH = tuple((ending, re.compile(rf"{_WITH}\b(?:{words})", re.IGNORECASE)) for ending, words in _BEHAVIOURS)
_BOTH = re.compile(
    r"\balzheimer(?:['’]?s)?(?: (?:disease|dementia|type))? ?(?:plus|and|\+|&|/) ?vascular"
    r"|\bmixed (?:alzheimer\S*[ /-]+(?:and )?vascular|vascular[ /-]+(?:and )?alzheimer\S*)",
    re.IGNORECASE,
)
_RULE = "icd10cm.I.C.5.d.dementia"
_SHARE = 0.95


def code_dementia(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Adds the dementia of a disease that has one, then recodes every dementia by what the notes state."""
    acting = outcome.acting(context)
    if not any(draft.code in _DEMENTIA or draft.code in _DISEASES for draft in acting):
        return outcome
    outcome = outcome.add(*_derived(acting, context))
    level = next(_levels(context), "")
    endings = tuple(dict.fromkeys(_endings(context)))
    for draft in outcome.drafts:
        if draft.code in _DEMENTIA and (level or endings):
            outcome = outcome.exchange(draft, *_stated(draft, level, endings))
    return outcome


def _derived(acting: tuple[Draft, ...], context: CodingContext) -> Iterator[Draft]:
    told = {draft.code.category for draft in acting}
    disease = next((draft for draft in acting if draft.code in _DISEASES), None)
    if disease is None:
        return
    why = cite(_RULE)
    made = replace(disease, probability=_SHARE * disease.probability, alternatives=(), rationale=())
    if "F02" not in told:
        yield replace(made, code=Icd10Cm("F0280")).because(why)
    both = next(find_plain(_BOTH, context), None)
    if both and "F01" not in told:
        yield replace(made, code=Icd10Cm("F0150"), mentions=(both.mention,)).because(why)


def _levels(context: CodingContext) -> Iterator[str]:
    for pattern in (_SAID_BEFORE, _SAID_AFTER):
        yield from (_LEVELS[s.match[1].lower()] for s in find_statements(pattern, context) if _holds(s))


def _endings(context: CodingContext) -> Iterator[str]:
    """What the sentence that names the dementia says comes with it."""
    for named in find_statements(_NAMED, context):
        if _holds(named):
            after = named.after.partition(";")[0]
            yield from (
                ending for ending, words in _COMES_WITH if (told := words.search(after)) and not _is_denied(after, told)
            )


def _is_denied(after: str, told: re.Match[str]) -> bool:
    return re.search(r"\b(?:no|without|w/o|denies|not)\b[^.;]*$", after[: told.end()], re.IGNORECASE) is not None


def _holds(said: Statement) -> bool:
    assertion = said.assertion
    return not (assertion.is_negated or assertion.is_family or assertion.is_hypothetical)


def _stated(draft: Draft, level: str, endings: tuple[str, ...]) -> tuple[Draft, ...]:
    compact = draft.code.compact
    severity = level or compact[3]
    kept = endings or (compact[4:] or "0",)
    if severity not in "ABC":
        severity = _UNSPECIFIED[compact[:3]]
    return tuple(draft.recoded(Icd10Cm(compact[:3] + severity + ending), cite(_RULE)) for ending in kept)
