"""Substance use: abuse or dependence by the stated severity, remission and withdrawal (I.C.5.b).

Cost: the sentences of the drafts of F10-F16, F18 and F19.
"""

import re
from collections.abc import Iterator
from functools import cache

from data.codes import Icd10Cm
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import find_sentences
from models.coding.guidelines.tables import Codes, cite, compile_pattern, rows

# Uncomplicated use, remission and withdrawal: what the stated words tell apart. Induced disorders stay.
_SUBSTANCES = Codes.parse("F10-F16 F18-F19")
_STATES = re.compile(r"F1\d[129](?:0|1|3\d?)?$")
_LONGEST_LEAD = 28
_SEVERITY_BEFORE = re.compile(r"\b(mild|moderate|severe)(?:[- ]to[- ]severe)?[ -]*$", re.IGNORECASE)
_ABUSE = re.compile(r"\bmild\b(?! (?:withdrawal|symptoms))", re.IGNORECASE)
_DEPENDENCE = re.compile(
    r"\b(?:moderate|severe)\b(?! (?:withdrawal|symptoms))|\bdependen(?:ce|t)\b|\baddict(?:ion|ed)\b", re.IGNORECASE
)
_REMISSION = re.compile(r"\b(?:in|early|sustained|full|partial) (?:\w+ )?remission\b|\bremission\b", re.IGNORECASE)
_NO_REMISSION = re.compile(r"\bnot (?:yet )?in (?:\w+ )?remission\b", re.IGNORECASE)
# Days or weeks are no remission yet, which begins with three months (DSM-5).
_SHORT = r"\d+[ -]?(?:d|days?|wks?|weeks?)\b"
_ABSTAINS = r"\b(?:abstinent|abstinence|sober|sobriety|clean)\b"
_TOO_EARLY = re.compile(rf"\b{_SHORT} (?:of )?{_ABSTAINS}|{_ABSTAINS} (?:x ?|for |since )?{_SHORT}", re.IGNORECASE)
_WITHDRAWAL = re.compile(r"\bwithdrawal\b(?! (?:seizures? )?(?:in|20\d\d|risk|history))|\bwithdrawing\b", re.IGNORECASE)
_PAST_WITHDRAWAL = re.compile(
    r"\b(?:no|not in|without|w/o|denies|h/o|hx of|hx|history of|risk (?:of|for)|prior|past|previous|for|any)"
    r"(?: \w+){0,3} (?:withdrawal|withdrawing)\b",
    re.IGNORECASE,
)
_DELIRIUM = re.compile(r"\bdelirium|\bdts?\b", re.IGNORECASE)
_NO_DELIRIUM = re.compile(r"\b(?:no|without|w/o|not) (?:\w+ ){0,2}(?:delirium|dts?)\b", re.IGNORECASE)
_RULE = "icd10cm.I.C.5.b.substances"
# Categories whose withdrawal has a further character.
_LONG = frozenset({"F10", "F13", "F19"})
_NEVER_WITHDRAWN = frozenset({"F16", "F18"})


@cache
def _names() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["category"], compile_pattern(row["pattern"])) for row in rows("substances"))


def code_substances(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    for draft in outcome.drafts:
        compact = draft.code.compact
        if draft.code not in _SUBSTANCES or not _STATES.match(compact) or not draft.mentions:
            continue
        told = [told for said in _sayings(draft, context) if (told := _state(compact, said))]
        code = next(iter(told), compact)
        if code != compact:
            outcome = outcome.exchange(draft, draft.recoded(Icd10Cm(code), cite(_RULE)))
    return outcome


def _sayings(draft: Draft, context: CodingContext) -> Iterator[str]:
    """What the draft's sentences say of its substance: from the words before its name up to the next substance."""
    for sentence in find_sentences(draft, context):
        text = sentence.quote
        found = sorted((m.start(), category) for category, names in _names() for m in names.finditer(text))
        for index, (start, category) in enumerate(found):
            if category == draft.code.category:
                later = (at for at, other in found[index + 1 :] if other != category)
                lead = _SEVERITY_BEFORE.search(text[max(0, start - _LONGEST_LEAD) : start])
                yield (f"{lead[1]} " if lead else "") + text[start : next(later, len(text))].partition(";")[0]


def _state(compact: str, said: str) -> str | None:
    """The code that the words state; None where they say nothing of it."""
    is_remitted = bool(_REMISSION.search(said)) and not _NO_REMISSION.search(said)
    is_withdrawn = bool(_WITHDRAWAL.search(said)) and not _PAST_WITHDRAWAL.search(said)
    is_withdrawn = is_withdrawn and compact[:3] not in _NEVER_WITHDRAWN
    is_too_early = bool(_NO_REMISSION.search(said) or _TOO_EARLY.search(said)) and not is_remitted
    degree = "2" if _DEPENDENCE.search(said) else "1" if _ABUSE.search(said) else ""
    if not (degree or is_remitted or is_withdrawn or is_too_early):
        return None
    head = compact[:3] + (degree or compact[3])
    if is_withdrawn:
        return head + "3" + (_withdrawal(compact, said) if compact[:3] in _LONG else "")
    if is_remitted:
        return head + "1"
    return head + ("0" if is_too_early and compact[4:] == "1" else compact[4:] or "0")


def _withdrawal(compact: str, said: str) -> str:
    if _NO_DELIRIUM.search(said):
        return "0"
    return "1" if _DELIRIUM.search(said) else compact[5:] or "9"
