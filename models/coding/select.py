"""What a visit or a stay reports of what was recognised: the visit ranker, the guideline rules, the tiers."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from typing import Protocol

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from data.codes import CodeSystem, Icd10Cm
from data.codeset import CodeSet
from data.notes import Encounter, Profile
from data.suggestions import Alternative, Role, Tier, Withheld
from models.coding.answer import Answer, Entry
from models.coding.evidence import MAX_ALTERNATIVES, MAX_EVIDENCE, quote
from models.coding.guidelines import (
    REPORTING_RULES,
    CodingContext,
    Draft,
    DraftMention,
    GuidelineOutcome,
    Rule,
    apply_guidelines,
)
from models.coding.policy import ProfilePolicy
from models.coding.recognize import RecognizedCode
from models.coding.resolve import ResolvedCode
from models.coding.stages import is_stage_stated

MAX_MENTIONS = 12
DRAFT_SHARE = 0.4


class RanksVisits(Protocol):
    """A VisitRanker, or what stands for one."""

    def probabilities(self, resolved: Sequence[ResolvedCode]) -> npt.NDArray[np.float64]: ...


def select_diagnoses(  # noqa: PLR0913 - all that an answer depends on
    encounter: Encounter,
    profile: Profile,
    documents: Sequence[Doc],
    resolved: Sequence[ResolvedCode],
    visit: RanksVisits,
    code_set: CodeSet,
    policy: ProfilePolicy,
    *,
    rules: Sequence[Rule] = REPORTING_RULES,
) -> Answer:
    """Diagnoses in the order of the guidelines; codes that are candidates only come after all that are suggested."""
    probabilities = visit.probabilities(resolved).tolist()
    found = [one.found for one in resolved]
    known = {Icd10Cm(item.code): probability for item, probability in zip(found, probabilities, strict=True)}
    drafts = _draft(found, known, policy)
    context = CodingContext(
        profile=profile,
        setting=encounter.setting,
        date_of_service=_day_in_release(encounter.date_of_service, code_set),
        patient=encounter.patient,
        code_set=code_set,
        documents=tuple(documents),
        min_probability=policy.suggested,
    )
    outcome = apply_guidelines(drafts, context, rules)
    entries = [entry for draft in outcome.drafts if (entry := _to_entry(draft, known, code_set, policy))]
    entries = _without_follow_up(entries)
    entries.sort(key=lambda entry: entry.tier is Tier.CANDIDATE)
    named = {item.code for item in found if item.is_named or known[Icd10Cm(item.code)] >= policy.suggested}
    return Answer(tuple(_mark_first(entries[: policy.limit])), _withheld(outcome, named), outcome.queries)


def _draft(found: Sequence[RecognizedCode], known: Mapping[Icd10Cm, float], policy: ProfilePolicy) -> list[Draft]:
    """What is likely enough, and what is named but denied, past or feared: the rules say which, and why not."""
    drafts = [
        _to_draft(item, known[Icd10Cm(item.code)])
        for item in found
        if is_stage_stated(item.mentions[0], item.code)
        and (known[Icd10Cm(item.code)] >= policy.candidate * DRAFT_SHARE or (item.is_named and not item.is_plain))
    ]
    return sorted(drafts, key=lambda draft: (-draft.probability, draft.code.compact))


def _to_draft(item: RecognizedCode, probability: float) -> Draft:
    mentions = tuple(
        DraftMention(quote(mention), mention.assertion, mention.sentence.section.kind)
        for mention in item.support[:MAX_MENTIONS]
    )
    return Draft(Icd10Cm(item.code), probability, mentions)


def _to_entry(draft: Draft, known: Mapping[Icd10Cm, float], code_set: CodeSet, policy: ProfilePolicy) -> Entry | None:
    tier = policy.find_tier(draft.probability)
    if tier is None:
        return None
    return Entry(
        system=CodeSystem.ICD10CM,
        code=draft.code.dotted,
        term=code_set.get(draft.code.compact).term,
        probability=policy.calibrate(draft.probability),
        tier=tier,
        role=draft.role,
        evidence=draft.evidence[:MAX_EVIDENCE],
        alternatives=_alternatives(draft, known, code_set, policy),
        rationale=draft.rationale,
    )


def _alternatives(
    draft: Draft, known: Mapping[Icd10Cm, float], code_set: CodeSet, policy: ProfilePolicy
) -> tuple[Alternative, ...]:
    ranked = sorted(draft.alternatives, key=lambda code: -known.get(code, 0.0))
    return tuple(
        Alternative(
            code=code.dotted, term=code_set.get(code.compact).term, probability=policy.calibrate(known.get(code, 0.0))
        )
        for code in ranked
        if code_set.is_billable(code.compact)
    )[:MAX_ALTERNATIVES]


def _without_follow_up(entries: list[Entry]) -> list[Entry]:
    """Follow-up examinations (Z08, Z09) are of what was treated and is gone, not of what is treated (I.C.21.c.8)."""
    treated = {entry.code[0] for entry in entries if entry.tier is Tier.SUGGESTED} - {"R", "Z"}
    over = {"Z09"} if treated else set()
    over |= {"Z08"} if "C" in treated else set()
    return [entry for entry in entries if entry.code not in over]


def _mark_first(entries: Sequence[Entry]) -> list[Entry]:
    """Exactly one first-listed diagnosis: the one that the rules put first, candidate or not, else the likeliest."""
    chosen = next((entry for entry in entries if entry.role is Role.FIRST_LISTED), entries[0] if entries else None)
    return [
        replace(entry, role=Role.FIRST_LISTED if entry is chosen else Role.SECONDARY)
        for entry in sorted(entries, key=lambda entry: entry is not chosen)
    ]


def _withheld(outcome: GuidelineOutcome, worth_saying: Set[str]) -> tuple[Withheld, ...]:
    """Only what the notes name: a faint reading that was not taken is no news."""
    listed = outcome.codes
    return tuple(
        item
        for item in outcome.withheld
        if (compact := Icd10Cm.parse(item.code).compact) in worth_saying and compact not in listed
    )


def _day_in_release(day: date, code_set: CodeSet) -> date:
    """The date of service, or the day of the release that is nearest to it."""
    latest = code_set.valid_to or day
    return max(code_set.valid_from, min(day, latest))
