"""A fracture that the notes lay to osteoporosis is coded as that, not as an injury (I.C.13.d.2)."""

import re
from dataclasses import replace
from functools import cache

from data.codes import Icd10Cm
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, DraftMention, GuidelineOutcome
from models.coding.guidelines.statements import Statement, find_statements
from models.coding.guidelines.tables import Codes, cite, compile_pattern, rows

_BROKEN, _WORDS = r"\b(?:fractures?|fx)\b", r"(?:[\w-]+\s+)"
_TIED = re.compile(
    rf"\b(?:osteoporotic|fragility|osteoporosis[- ]related)\s+{_WORDS}{{0,4}}?{_BROKEN}"
    rf"|{_BROKEN},?\s+{_WORDS}{{0,3}}?(?:osteoporotic\b|(?:due|secondary) to {_WORDS}{{0,2}}osteoporosis\b)"
    rf"|\bosteoporosis,? with {_WORDS}{{0,3}}?{_BROKEN}(?: of)?[^.;\n]{{0,40}}",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(r"\b(?:risk|history|hx|prior|previous|old|healed|prevent\w*)\b", re.IGNORECASE)
_HINTS = ("osteopor", "fragility")
_OSTEOPOROSIS = Codes.parse("M81")
_SIDES = {"right": "1", "rt": "1", "r": "1", "left": "2", "lt": "2", "l": "2"}
# Of an open injury's characters those of a closed one: an osteoporotic fracture knows no other (A, D, G, K, P, S).
_PHASES = {"B": "A", "C": "A", "E": "D", "F": "D", "H": "G", "J": "G", "M": "K", "N": "K", "Q": "P", "R": "P"}
_SIDE = re.compile(r"\b(right|left|rt|lt|r|l)\b", re.IGNORECASE)


def code_osteoporotic_fractures(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """The injury, or the osteoporosis where no injury was drafted, becomes the osteoporotic fracture of its site."""
    likely = [draft for draft in outcome.drafts if draft.probability >= context.min_probability]
    tied = _find_tied(context)
    if not tied:
        return outcome
    known = next((draft for draft in likely if draft.code.category == "M80"), None)
    if known is not None:
        return _prefer(outcome, known)
    for draft in likely:
        site = next((site for site, codes, _ in _sites() if draft.code in codes), "")
        if site:
            return _recode(outcome, draft, site, _side_of(draft.code))
    disease = next((draft for draft in likely if draft.code in _OSTEOPOROSIS), None)
    return outcome if disease is None else _recode_disease(outcome, disease, tied)


def _prefer(outcome: GuidelineOutcome, fracture: Draft) -> GuidelineOutcome:
    """It is as likely as the osteoporosis that it is coded instead of."""
    diseases = [draft for draft in outcome.drafts if draft.code in _OSTEOPOROSIS]
    probability = max(draft.probability for draft in (fracture, *diseases))
    why = cite("icd10cm.I.C.13.d.2.osteoporosis")
    outcome = outcome.withhold(diseases, WithheldReason.SUPERSEDED)
    return outcome.exchange(fracture, replace(fracture, probability=probability).because(why))


@cache
def _sites() -> tuple[tuple[str, Codes, re.Pattern[str]], ...]:
    table = rows("osteoporotic_sites")
    return tuple((row["site"], Codes.parse(row["codes"]), compile_pattern(row["words"])) for row in table)


def _find_tied(context: CodingContext) -> list[Statement]:
    found = find_statements(_TIED, context, _HINTS)
    return [one for one in found if one.assertion.is_plain and not _NOT_NOW.search(one.match.group())]


def _recode_disease(outcome: GuidelineOutcome, draft: Draft, tied: list[Statement]) -> GuidelineOutcome:
    """By the site that the sentence names; as it was where it names none."""
    for found in tied:
        words = found.sentence.quote if found.sentence else found.match.group()
        site = next((site for site, _, named in _sites() if named.search(words)), "")
        if site:
            side = _SIDE.search(words)
            return _recode(outcome, draft, site, _SIDES[side.group().lower()] if side else "9", found.mention)
    return outcome


def _recode(outcome: GuidelineOutcome, draft: Draft, site: str, side: str, *proofs: DraftMention) -> GuidelineOutcome:
    diseases = [other for other in outcome.drafts if other.code in _OSTEOPOROSIS and other is not draft]
    kind = "8" if any(other.code.compact == "M818" for other in (*diseases, draft)) else "0"
    phase = draft.code.compact[6:] if draft.code.category[0] == "S" else "A"
    code = Icd10Cm(f"M80{kind}{site}{'X' if site == '8' else side}{_PHASES.get(phase, phase)}")
    outcome = outcome.withhold(diseases, WithheldReason.SUPERSEDED)
    fracture = replace(draft, mentions=(*draft.mentions, *proofs))
    return outcome.exchange(draft, fracture.recoded(code, cite("icd10cm.I.C.13.d.2.osteoporosis")))


def _side_of(code: Icd10Cm) -> str:
    """1 right, 2 left, 9 unspecified: the sixth character of an injury says it, if displaced or not."""
    return {"1": "1", "2": "2", "4": "1", "5": "2"}.get(code.compact[5:6], "9")
