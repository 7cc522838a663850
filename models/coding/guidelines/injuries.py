"""The seventh character of an injury: which phase of its care the visit is (I.C.19.a)."""

import re
from collections.abc import Iterable

from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.notes import Setting
from models.coding.guidelines.draft import CodingContext, Draft, DraftMention, GuidelineOutcome
from models.coding.guidelines.statements import find_sentence, find_sentences, find_statements
from models.coding.guidelines.tables import Codes, cite
from models.coding.headers import SectionKind

_INJURIES = Codes.parse("S00-T88 M80 M84 V00-Y38")
# An adverse effect or a poisoning is under active treatment for as long as it is treated.
_DRUG_EFFECTS = Codes.parse("T36-T65")
_SEQUELA = re.compile(r"\b(?:sequelae? (?:of|from)|late effects? (?:of|from)|residuals? (?:of|from))", re.IGNORECASE)
# The year of an old injury, beside its words ("GSW 2011"); what it left behind is a sequela (I.B.10).
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b(?!/)")
_NEAR = 40
_AFTERCARE = re.compile(
    r"\b(?:follow[ -]?up (?:visit )?(?:for|of|after|on)|f/u (?:for|of)|fracture check|cast (?:check|removal|change)"
    r"|recheck(?!(?: in)? ~?\d)|routine healing|healing (?:well|fracture|appropriately|on)|callus formation"
    r"|status post (?:orif|closed reduction)"
    r"|s/p (?:orif|closed reduction)|post-?op(?:erative)? (?:visit|check|follow)"
    r"|weeks? (?:post|after(?! (?:delivery|birth|childbirth))|out from)"
    r"|wound check|physical therapy (?:evaluation|visit|session)|subsequent (?:encounter|visit)"
    r"|POD|PT (?:daily|progress) note|\d+ ?(?:wks?|weeks?|months?|mos?) s/p"
    r"|(?:s/p|status post)\s[^.;]{0,40}(?:repair|orif|fixation|surgery|reconstruction))\b",
    re.IGNORECASE,
)
_HEALING = (
    ("K", re.compile(r"\bnon-?union\b", re.IGNORECASE)),
    ("P", re.compile(r"\bmal-?union\b", re.IGNORECASE)),
    ("G", re.compile(r"\bdelayed (?:healing|union)\b", re.IGNORECASE)),
)
_FUTURE = frozenset({SectionKind.PLAN, SectionKind.INSTRUCTIONS, SectionKind.ORDERS})
_ACUTE_SETTINGS = frozenset({Setting.ED, Setting.URGENT_CARE})
# In a nursing facility a fracture heals, unless it happened there just now.
_FRACTURES = Codes.parse("S02 S12 S22 S32 S42 S52 S62 S72 S82 S92 M80 M84.3-M84.6")
# Injuries that leave something behind, and their causes.
_LASTING = Codes.parse("S00-S99 T20-T34 V00-Y38")
_JUST_NOW = re.compile(
    r"\b(?:today|yesterday|this (?:morning|afternoon|evening)|last night|tonight|new (?:fall|injury)|\d+ hours? ago)\b",
    re.IGNORECASE,
)


def code_phase_of_care(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    if context.code_set is None:
        return outcome
    for draft in outcome.drafts:
        code = _with_phase(draft, context, context.code_set) if draft.code in _INJURIES else None
        if code is not None and code != draft.code:
            why = cite("icd10cm.I.C.19.a.seventh_character")
            outcome = outcome.exchange(
                draft, draft.recoded(code, why, keep_as_alternative=len(draft.code.compact) == 7)
            )
    return outcome


def _with_phase(draft: Draft, context: CodingContext, code_set: CodeSet) -> Icd10Cm | None:
    """The code for the phase that the notes tell; None when the code takes no such character."""
    characters = code_set.seventh_characters(draft.code.compact)
    if "A" not in characters:
        return None
    stem = draft.code.compact[:6].ljust(6, "X")
    current = draft.code.compact[6:]
    for phase in _phases(draft, context):
        keeps_kind = phase == "A" and current in ("B", "C")  # active treatment of an open fracture
        code = stem + (current if keeps_kind else phase)
        if code_set.is_billable(code):
            return Icd10Cm(code)
    return None


def _phases(draft: Draft, context: CodingContext) -> tuple[str, ...]:
    """Seventh characters to try, the best first."""
    told = " ".join(sentence.quote for sentence in find_sentences(draft, context))
    if _SEQUELA.search(told) or (draft.code in _LASTING and _is_long_past(draft.mentions, context)):
        return ("S",)
    for character, pattern in _HEALING:
        if pattern.search(told):
            return (character, "D")
    if draft.code in _DRUG_EFFECTS:
        return ("A",)
    is_in_facility = context.setting is Setting.NURSING_FACILITY and draft.code in _FRACTURES
    if is_in_facility and not _JUST_NOW.search(told):
        return ("D",)
    is_after = context.setting not in _ACUTE_SETTINGS and any(
        not found.assertion.is_negated and not found.assertion.is_hypothetical and found.section not in _FUTURE
        for found in find_statements(_AFTERCARE, context)
    )
    return ("D",) if is_after else ("A",)


def _is_long_past(mentions: Iterable[DraftMention], context: CodingContext) -> bool:
    """Whether the years beside the words all lie more than a year before the visit."""
    years = [year for mention in mentions for year in _years_near(mention, context)]
    return bool(years) and max(years) < context.date_of_service.year - 1


def _years_near(mention: DraftMention, context: CodingContext) -> list[int]:
    sentence = find_sentence(mention.evidence, context)
    if sentence is None:
        return []
    start = max(0, mention.evidence.start - sentence.span.start - _NEAR)
    near = sentence.quote[start : mention.evidence.end - sentence.span.start + _NEAR]
    return [int(match.group()) for match in _YEAR.finditer(near)]
