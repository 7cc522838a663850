"""The side of the body: as the note states it, else unspecified and a question (I.B.13)."""

import re
from collections.abc import Mapping
from dataclasses import replace

from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.suggestions import Query
from models.coding.guidelines.draft import CodingContext, Draft, DraftMention, GuidelineOutcome
from models.coding.guidelines.sides import body_part, find_side, find_sided
from models.coding.guidelines.statements import find_plain, find_sentence
from models.coding.guidelines.tables import cite

_WORDS = {"rt": "right", "lt": "left", "r": "right", "l": "left"}
_WORDS |= dict.fromkeys(("both", "bilaterally", "bilat", "b/l"), "bilateral")
_SIDE_WORD = re.compile(
    r"\b(right|bilat(?:eral(?:ly)?)?|b/l|both(?!\s+bones?\b)"
    r"|[Rr]t|[Ll]t|left(?!\s+(?:the|against|ama|before|without|for|at|to|on|after|work)\b)"
    r"|Right|Bilat(?:eral(?:ly)?)?|B/L|Both(?!\s+bones?\b)|Left|RIGHT|LEFT|BILATERAL|RT|LT|R(?=[\s.,;)]|$)|L(?=[\s.,;)]|$))\b"
)
_EYES = {"OD": "right", "OS": "left", "OU": "bilateral"}
_EYE_WORD = re.compile(r"\b(OD|OS|OU)\b")
_BEFORE, _AFTER = 25, 30


def code_laterality(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    if context.code_set is None:
        return outcome
    for draft in outcome.drafts:
        sided = find_sided(draft.code.compact, context.code_set)
        if sided:
            outcome = _settle(outcome, draft, sided, context, context.code_set)
    return _join_sides(outcome, context.code_set)


def _join_sides(outcome: GuidelineOutcome, code_set: CodeSet) -> GuidelineOutcome:
    """The right and the left of the same condition are one code where there is one for both sides."""
    for draft in outcome.drafts:
        sided = find_sided(draft.code.compact, code_set)
        sides = {sided.get("right", ""), sided.get("left", "")}
        if "bilateral" in sided and sides <= outcome.codes and draft.code.compact in sides:
            joined = draft.recoded(Icd10Cm(sided["bilateral"]), cite("icd10cm.I.B.13.laterality"))
            other = next(d for d in outcome.drafts if d.code.compact in sides and d.code != draft.code)
            outcome = outcome.exchange(draft, joined).exchange(other, replace(other, code=joined.code))
    return outcome


def _settle(
    outcome: GuidelineOutcome, draft: Draft, sided: Mapping[str, str], context: CodingContext, code_set: CodeSet
) -> GuidelineOutcome:
    current = find_side(code_set.get(draft.code.compact).term)
    stated = _stated_side(draft, code_set.get(sided["right"]).term, context)
    wanted = stated or ("unspecified" if not _is_told(current, context) else current)
    if wanted != current:
        # Without a code for both sides, each side has its own (I.B.13).
        sides = ("right", "left") if wanted == "bilateral" and wanted not in sided else (wanted,)
        codes = [Icd10Cm(sided[side]) for side in sides if side in sided]
        changed = [draft.recoded(code, cite("icd10cm.I.B.13.laterality")) for code in codes]
        outcome = outcome.exchange(draft, *(changed or [draft]))
    if stated is None and draft.probability >= context.min_probability and draft.mentions:
        outcome = outcome.ask(_question(draft, sided))
    return outcome


def _question(draft: Draft, sided: Mapping[str, str]) -> Query:
    codes = tuple(Icd10Cm(sided[side]).dotted for side in ("right", "left", "bilateral") if side in sided)
    text = "The note does not say which side of the body this concerns. Which side was it, if it is known?"
    return Query(about="laterality", text=text, evidence=draft.evidence[:1], would_change=codes)


def _stated_side(draft: Draft, term: str, context: CodingContext) -> str | None:
    """The one side that the note gives: by the mention itself, near it, in its sentence, or with the same body part."""
    strongest = max((mention.weight for mention in draft.mentions), default=0.0)
    strong = (mention for mention in draft.mentions if 2 * mention.weight >= strongest)
    is_eye = draft.code.category.startswith("H")
    near = {side for mention in strong for side in _sides_near(mention, is_eye, context)}
    if near:
        return _one(near)
    part = body_part(term)
    if not part:
        return None
    pattern = re.compile(_SIDE_WORD.pattern + rf"[\s\w-]{{0,15}}?\s(?i:{re.escape(part)}s?)\b")
    return _one({_side(found.match[1]) for found in find_plain(pattern, context)})


def _is_told(side: str, context: CodingContext) -> bool:
    """Whether the notes name the side anywhere; the recogniser may have seen more than these rules."""
    return any(side in _sides(doc._.note.text) for doc in context.documents)


def _sides_near(mention: DraftMention, is_eye: bool, context: CodingContext) -> set[str]:
    own = _sides(mention.evidence.quote, is_eye)
    sentence = find_sentence(mention.evidence, context)
    if own or sentence is None:
        return own
    start, end = mention.evidence.start - sentence.span.start, mention.evidence.end - sentence.span.start
    before, after = sentence.quote[max(0, start - _BEFORE) : start], sentence.quote[end : end + _AFTER]
    near = _sides(before, is_eye) or _sides(after, is_eye)
    whole = _sides(sentence.quote, is_eye)
    return near or (whole if len(whole) == 1 else set())


def _sides(text: str, is_eye: bool = False) -> set[str]:
    found = {_side(match[1]) for match in _SIDE_WORD.finditer(text)}
    return found | {_EYES[match[1]] for match in _EYE_WORD.finditer(text)} if is_eye else found


def _side(word: str) -> str:
    return _WORDS.get(word.lower(), word.lower())


def _one(sides: set[str]) -> str | None:
    """The side when there is one; right and left together are both."""
    if sides == {"right", "left"} or "bilateral" in sides:
        return "bilateral"
    return next(iter(sides), None)
