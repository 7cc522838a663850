"""Adverse effects and underdosing of drugs: the code of the drug beside that of its effect (I.C.19.e.5).

The effect is coded first, as due to the drug where the index has a code for that; the drug after it. Cost grows with
the words of the notes.
"""

import re
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from data.codes import Icd10Cm
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.drug_blame import (
    did_harm,
    find_blame,
    find_reason,
    is_cause,
    may_be_meant,
    was_underdosed,
)
from models.coding.guidelines.drug_names import NamedDrug, find_drugs
from models.coding.guidelines.statements import find_sentence_before
from models.coding.guidelines.tables import Codes, cite, compile_pattern, rows
from models.coding.headers import JUDGED

_ADVERSE, _UNDERDOSED = "5", "6"
_SHARE, _TOLD, _REASON = 0.85, 0.7, 0.6
# How far before the blame its effect may end, in characters; how far above the least probability it is lifted.
_NEAR, _LIFT = 3, 0.08
_ADVERSE_RULE = "icd10cm.I.C.19.e.5.a.adverse"
_UNDERDOSED_RULE = "icd10cm.I.C.19.e.5.c.underdosing"
_REASON_RULE = "icd10cm.I.C.19.e.5.c.reason"
_POINTS_BACK = re.compile(r"(?:this|these|that|which|it|both|likely|all)\b", re.IGNORECASE)
_NO_EFFECTS = Codes.parse("T36-T65 V00-Y99 Z00-Z99")


class _Induced(NamedTuple):
    pattern: re.Pattern[str]
    code: Icd10Cm
    replaces: Codes
    stems: tuple[str, ...]


@cache
def _induced() -> tuple[_Induced, ...]:
    return tuple(
        _Induced(
            compile_pattern(row["pattern"]),
            Icd10Cm.parse(row["code"]),
            Codes.parse(row["replaces"]),
            tuple(stem.replace(".", "") for stem in row["drugs"].split()) or ("",),
        )
        for row in rows("drug_induced")
    )


def code_drug_effects(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """A medicine that is blamed without its name is each drug of the sentence, unless one of them is blamed by name."""
    drugs = list(find_drugs(context))
    blamed = {drug for drug in drugs if did_harm(drug)}
    named = {drug.sentence.span for drug in blamed}
    for drug in drugs:
        if drug in blamed or (may_be_meant(drug) and drug.sentence.span not in named):
            outcome = _blame(outcome, drug, drug.one_of_class(drugs), context)
        elif was_underdosed(drug):
            outcome = _add(outcome, _treated(outcome, context), drug, _UNDERDOSED, _UNDERDOSED_RULE, context)
            outcome = _add_reason(outcome, drug, context)
    return outcome


def _blame(outcome: GuidelineOutcome, drug: NamedDrug, member: NamedDrug, context: CodingContext) -> GuidelineOutcome:
    """Adds the code of the drug, of the `member` that is meant where a class is blamed. An assessment that says what
    the drug caused is believed though nothing was recognised in what it caused."""
    outcome = _lift_blamed(_name_effect(outcome, drug), drug, context)
    effects = _effects(drug, outcome, context)
    is_told = not effects and is_cause(drug) and drug.sentence.section.kind in JUDGED
    if is_told and _is_known(made := member.draft(_ADVERSE, _TOLD, _ADVERSE_RULE), context):
        return outcome.add(made)
    return _add(outcome, effects, member, _ADVERSE, _ADVERSE_RULE, context)


def _is_known(draft: Draft, context: CodingContext) -> bool:
    return context.code_set is None or draft.code.compact in context.code_set


def _name_effect(outcome: GuidelineOutcome, drug: NamedDrug) -> GuidelineOutcome:
    """Codes the effect in the drug's sentence as due to a drug, in the place of what does not say so."""
    for row in _induced():
        told = row.pattern.search(drug.sentence.quote) if drug.stem.startswith(row.stems) else None
        if told is None:
            continue
        start = drug.sentence.span.start
        mention = drug.mention(start + told.start(), start + told.end())
        made = Draft(row.code, _TOLD, (mention,)).because(cite(_ADVERSE_RULE))
        replaced = [one for one in _in_sentence(outcome.drafts, drug) if one.code in row.replaces]
        kept = tuple(one for one in outcome.drafts if one not in replaced)
        return outcome.with_drafts((*kept, made))
    return outcome


def _lift_blamed(outcome: GuidelineOutcome, drug: NamedDrug, context: CodingContext) -> GuidelineOutcome:
    """What stands right before the blame is the effect, however unlikely it would be as a diagnosis of its own."""
    blame = find_blame(drug)
    if blame is None:
        return outcome
    at = drug.sentence.span.start + blame.start()
    least = context.min_probability + _LIFT
    for draft in _in_sentence(outcome.drafts, drug):
        ends = [m.evidence.end for m in draft.mentions if m.assertion.is_plain and m.evidence.end <= at + 1]
        if draft.probability < least and draft.code not in _NO_EFFECTS and max(ends, default=0) >= at - _NEAR:
            outcome = outcome.exchange(draft, replace(draft, probability=least))
    return outcome


def _effects(drug: NamedDrug, outcome: GuidelineOutcome, context: CodingContext) -> list[Draft]:
    """What the sentence that blames the drug says of the patient, or the one before it to which it points back."""
    treated = _treated(outcome, context)
    effects = _in_sentence(treated, drug)
    if effects or not _POINTS_BACK.match(drug.sentence.quote):
        return effects
    before = find_sentence_before(drug.sentence, drug.document_id, context)
    return _in_sentence(treated, drug._replace(sentence=before)) if before else effects


def _in_sentence(drafts: tuple[Draft, ...] | list[Draft], drug: NamedDrug) -> list[Draft]:
    span = drug.sentence.span
    return [
        draft
        for draft in drafts
        if any(
            mention.evidence.document_id == drug.document_id and span.start <= mention.evidence.start < span.end
            for mention in draft.mentions
        )
    ]


def _treated(outcome: GuidelineOutcome, context: CodingContext) -> list[Draft]:
    return [draft for draft in outcome.acting(context) if draft.code not in _NO_EFFECTS]


def _add(
    outcome: GuidelineOutcome, effects: list[Draft], drug: NamedDrug, intent: str, rule_id: str, context: CodingContext
) -> GuidelineOutcome:
    made = drug.draft(intent, _SHARE * max((one.probability for one in effects), default=0.0), rule_id)
    return outcome.add(made) if effects and _is_known(made, context) else outcome


def _add_reason(outcome: GuidelineOutcome, drug: NamedDrug, context: CodingContext) -> GuidelineOutcome:
    told = find_reason(drug)
    if told is None or not _treated(outcome, context):
        return outcome
    code, match = told
    start = drug.sentence.span.start
    mention = drug.mention(start + match.start(), start + match.end())
    made = Draft(Icd10Cm.parse(code), _REASON, (mention,)).because(cite(_REASON_RULE))
    return outcome.add(made)
