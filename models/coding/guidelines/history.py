"""What is called history: still present, a personal history code, or nothing to code. Family history likewise."""

import re
from dataclasses import replace
from functools import cache

from data.codes import Icd10Cm
from data.notes import Profile
from data.suggestions import WithheldReason
from models.coding.guidelines.assertions import is_history_only
from models.coding.guidelines.draft import CodingContext, Draft, DraftMention, GuidelineOutcome
from models.coding.guidelines.statements import find_cue_words
from models.coding.guidelines.tables import Codes, cite, rows

# Coders leave out some history codes that the guidelines allow. Set by hand, not measured.
_FAMILY_SHARE = 0.5
_PERSONAL_SHARE = 0.9
_MINOR_SHARE = 0.5
_MINOR = Codes.parse("Z86.79 Z87.0-Z87.8")
_HEADING = re.compile(r"pmhx?:?|past medical history:?|medical history:?", re.IGNORECASE)
_INJURIES = Codes.parse("S00-T14")
_MALIGNANT = Codes.parse("C00-C97")


@cache
def _lasting() -> tuple[tuple[Codes, bool], ...]:
    """Codes that last, and whether they do so even as "history of"."""
    return tuple((Codes.parse(row["codes"]), row["when"] == "always") for row in rows("lasting_conditions"))


@cache
def _personal() -> tuple[tuple[Codes, Icd10Cm, str], ...]:
    return tuple(
        (Codes.parse(row["codes"]), Icd10Cm.parse(row["becomes"]), row["rule_id"]) for row in rows("personal_history")
    )


@cache
def _family() -> tuple[tuple[Codes, Icd10Cm], ...]:
    return tuple((Codes.parse(row["codes"]), Icd10Cm.parse(row["becomes"])) for row in rows("family_history"))


def add_family_history(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """A relative's disease becomes a family history code. Runs before mentions of relatives are taken away."""
    del context
    found = [made for draft in outcome.drafts if (made := _family_draft(draft))]
    return outcome.add(*found)


def settle_history(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Settles drafts whose every mention is historical: kept where lasting or treated, else coded as history."""
    for draft in outcome.drafts:
        if not is_history_only(draft) or _belongs_to_episode(draft, context):
            continue
        if _lasts(draft, context):
            outcome = outcome.exchange(draft, draft.because(cite("icd10cm.IV.I.chronic")))
            continue
        past = _personal_draft(draft)
        if past:
            outcome = outcome.add(past)
        outcome = outcome.withhold([draft], WithheldReason.HISTORICAL)
    return outcome


def _belongs_to_episode(draft: Draft, context: CodingContext) -> bool:
    """Whether it is past but of this episode of care: resolved during the stay, or an injury after its surgery."""
    words = [find_cue_words(mention, context).lower() for mention in draft.mentions]
    if context.profile is Profile.INPATIENT:
        return any("resol" in said for said in words)
    return draft.code in _INJURIES and any(said in ("s/p", "status post", "status-post") for said in words)


def _lasts(draft: Draft, context: CodingContext) -> bool:
    """Whether a condition that is called history is present all the same."""
    is_managed = any(mention.assertion.is_managed for mention in draft.mentions)
    if draft.code in _MALIGNANT:
        return is_managed
    is_listed = is_managed or any(_is_listed(mention, context) for mention in draft.mentions)
    return any(draft.code in codes and (is_always or is_listed) for codes, is_always in _lasting())


def _is_listed(mention: DraftMention, context: CodingContext) -> bool:
    """Whether a heading alone makes it history, also one inside a sentence ("PMH HTN, AFib")."""
    return mention.assertion.cue is None or bool(_HEADING.fullmatch(find_cue_words(mention, context)))


def find_personal_code(code: Icd10Cm) -> tuple[Icd10Cm, str] | None:
    """The personal history code for what is over, and its rule; None when there is none."""
    return next(((becomes, rule_id) for codes, becomes, rule_id in _personal() if code in codes), None)


def _personal_draft(draft: Draft) -> Draft | None:
    found = find_personal_code(draft.code)
    if found is None:
        return None
    becomes, rule_id = found
    past = draft.recoded(becomes, cite(rule_id), keep_as_alternative=draft.code in _MALIGNANT)
    share = _MINOR_SHARE if becomes in _MINOR else _PERSONAL_SHARE
    return replace(past, probability=draft.probability * share)


def _family_draft(draft: Draft) -> Draft | None:
    told = tuple(m for m in draft.mentions if m.assertion.is_family and not m.assertion.is_negated)
    becomes = next((code for codes, code in _family() if draft.code in codes), None)
    if not told or becomes is None:
        return None
    made = Draft(becomes, draft.probability * _FAMILY_SHARE, told)
    return made.because(cite("icd10cm.I.C.21.c.4.family"))
