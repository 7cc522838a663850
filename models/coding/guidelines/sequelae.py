"""What a stroke left behind: I69 for the deficits of an old one, and the side and its dominance (I.C.9.d, I.C.6.a)."""

import re
from functools import cache
from typing import NamedTuple

from data.codes import Icd10Cm
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.specificity import ACUTE_SETTINGS
from models.coding.guidelines.statements import Statement, find_plain, find_sentences, find_statements
from models.coding.guidelines.tables import Codes, cite, compile_pattern, rows

_INFARCT_SEQUELAE = Codes.parse("I69.3")
_STROKE = Codes.parse("I63 I69.3 Z86.73")
_OTHER_STROKES = Codes.parse("I60-I62 I69.0-I69.2")
_PARALYSIS = Codes.parse(
    "I69.03-I69.05 I69.13-I69.15 I69.23-I69.25 I69.33-I69.35 I69.83-I69.85 I69.93-I69.95 G81 G83.1-G83.2"
)
_LEFT_BEHIND = re.compile(
    r"\b(?:sequelae?(?: of| from)?|residual|deficits? (?:from|of|after)|(?:post|after|since|from|old|prior|previous|s/p"
    r"|status post|remote|chronic)[ -]+(?:an? |his |her |the )?(?:\w+ ){0,3}(?:stroke|cva|infarct(?:ion)?))\b",
    re.IGNORECASE,
)
_PARALYSED = re.compile(
    r"\b(?P<side>right|left|r|l|rt|lt)[ -]?(?:sided?|arm|leg|upper|lower|ue|le|hemi|body)?"
    r"[ -]?(?:extremity|limb|body)?[ -]?"
    r"(?:spastic |dense |residual |flaccid )?"
    r"(?:hemi(?:paresis|plegia|plegic|paretic)|mono(?:paresis|plegia)|weakness|paresis|paralysis)\b",
    re.IGNORECASE,
)
_NOT_DOMINANT = re.compile(r"\bnon-?dominant\b", re.IGNORECASE)
_DOMINANT = re.compile(r"\bdominant\b", re.IGNORECASE)
_HANDED = re.compile(r"\b(right|left)[ -]handed\b|\b([rl])h[dm]?\b(?=[ ,.)])", re.IGNORECASE)
_SHARE = 0.9
_RULE, _SIDE_RULE = "icd10cm.I.C.9.d.sequelae", "icd10cm.I.C.6.a.dominance"


class _Deficit(NamedTuple):
    codes: Codes
    pattern: re.Pattern[str]
    becomes: Icd10Cm
    keeps: bool


@cache
def _deficits() -> tuple[_Deficit, ...]:
    return tuple(
        _Deficit(
            Codes.parse(row["codes"]),
            compile_pattern(row["pattern"]),
            Icd10Cm.parse(row["becomes"]),
            row["keeps"] == "yes",
        )
        for row in rows("stroke_sequelae")
    )


def code_stroke_sequelae(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """The deficits that an old infarct left, in place of their own codes; then the side of what is paralysed."""
    if _is_old_infarct(outcome, context):
        sentences = [s.sentence for s in find_plain(_LEFT_BEHIND, context) if s.sentence]
        for deficit in _deficits():
            told = next((s for s in find_plain(deficit.pattern, context) if s.sentence in sentences), None)
            outcome = _add(outcome, deficit, told, context) if told else outcome
    return _settle_sides(outcome, context)


def _is_old_infarct(outcome: GuidelineOutcome, context: CodingContext) -> bool:
    if context.setting in ACUTE_SETTINGS or outcome.acting(context, _OTHER_STROKES):
        return False
    return any(draft.code in _STROKE for draft in outcome.drafts)


def _add(outcome: GuidelineOutcome, deficit: _Deficit, told: Statement, context: CodingContext) -> GuidelineOutcome:
    own = [draft for draft in outcome.drafts if draft.code in deficit.codes]
    known = any(draft.code.compact[:5] == deficit.becomes.compact[:5] for draft in outcome.drafts)
    probability = max([_SHARE * draft.probability for draft in own] + [context.min_probability + 0.1])
    if not deficit.keeps:
        outcome = outcome.with_drafts(draft for draft in outcome.drafts if draft not in own)
    if known and deficit.becomes.compact[5:] == "9":
        return outcome
    return outcome.add(Draft(deficit.becomes, probability, (told.mention,)).because(cite(_RULE)))


def _settle_sides(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """The side that stands at the paralysis, not at the stroke; dominant by the notes, else the right side is."""
    for draft in outcome.drafts:
        if draft.code in _PARALYSIS and draft.code.compact[-1] in "012349":
            side = _side_of(draft, context)
            code = side and draft.code.compact[:-1] + _character(draft, side, context)
            if code and code != draft.code.compact:
                outcome = outcome.exchange(draft, draft.recoded(Icd10Cm(code), cite(_SIDE_RULE)))
    return outcome


def _side_of(draft: Draft, context: CodingContext) -> str:
    """`r` or `l` where the sentences of the draft name one side of the paralysis."""
    sentences = find_sentences(draft, context)
    found = {match["side"][0].lower() for said in sentences for match in _PARALYSED.finditer(said.quote)}
    return found.pop() if len(found) == 1 else ""


def _character(draft: Draft, side: str, context: CodingContext) -> str:
    """1 right dominant, 2 left dominant, 3 right other, 4 left other (I.C.6.a)."""
    dominant = _is_dominant(draft, side, context)
    return {("r", True): "1", ("l", True): "2", ("r", False): "3", ("l", False): "4"}[side, dominant]


def _is_dominant(draft: Draft, side: str, context: CodingContext) -> bool:
    quotes = " ".join(sentence.quote for sentence in find_sentences(draft, context))
    if _NOT_DOMINANT.search(quotes):
        return False
    if _DOMINANT.search(quotes):
        return True
    handed = next((told.match for told in find_statements(_HANDED, context)), None)
    hand = (handed[1] or handed[2])[0].lower() if handed else "r"
    return hand == side
