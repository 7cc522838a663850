"""Adverse effects and underdosing of drugs: the code of the drug beside that of its effect (I.C.19.e.5).

The effect is coded first, as due to the drug where the index has a code for that; the drug after it. Cost grows with
the words of the notes.
"""

import re
from functools import cache
from typing import NamedTuple

from data.codes import Icd10Cm
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.drug_names import NamedDrug, find_drugs
from models.coding.guidelines.tables import Codes, cite, compile_pattern, rows

_ADVERSE, _UNDERDOSED = "5", "6"
_SHARE, _TOLD = 0.85, 0.7
_ADVERSE_RULE = "icd10cm.I.C.19.e.5.a.adverse"
_UNDERDOSED_RULE = "icd10cm.I.C.19.e.5.c.underdosing"
_NO_EFFECTS = Codes.parse("T36-T65 V00-Y99 Z00-Z99")
_INDUCED_BY = (
    r"due to|d/t|2/2|secondary to|2ndary to"
    r"|(?<!switched )(?<!changed )(?<!transitioned )(?<!weaned )(?<!converted )(?<!benefit )(?:from|form)"
    r"|caused by|induced by|because of|owing to|side effects? (?:of|from|to|with|on)|s/?e (?:of|from|to|with)"
    r"|reaction (?:to|from)|adverse (?:effects?|reaction|event) (?:of|to|from|with)|(?:attributed|anaphylaxis) to"
    r"(?: the)?|blamed on|after starting|since (?:starting|start of|we started)|intoleran(?:t|ce) (?:of|to)"
    r"|complication of|toxicity (?:of|from|due to)"
)
_FILLERS = (
    r"(?:(?:the|her|his|their|recent|prior|high|low|dose|long|term|chronic|oral|po|iv|new|newly|started|inhaled|daily"
    r"|nightly|weekly|extra|medications?|meds?)[\s-]+){0,3}"
)
_BEFORE = re.compile(rf"\b(?:{_INDUCED_BY})[:\s]+{_FILLERS}(?:[\w/-]+[\s-]*(?:and|or|/|\+|,)[\s-]*){{0,2}}$", re.I)
# What stands before the blame when it is denied or a guess.
_UNSURE = re.compile(
    r"(?:\b(?:not|isn['’]t|unlikely|possibl[ey]|probabl[ey]|likely|maybe|perhaps|could be|rather than|vs\.?)|\?)\W*$",
    re.I,
)
_AFTER = re.compile(
    r"^(?:\s?(?:xr|er|dose))?[\s-]*(?:induced|associated|related|caused|provoked|side effects?|s/?e\b|aes?\b|effects?\b"
    r"|adverse|toxicity|intolerance|(?:gi|mood|skin|drug) (?:s/?e|side|upset|effects?|rash|reaction|toxicity)"
    r"|cough\b|myalgias?\b|edema\b|neuropathy\b|constipation\b|colitis\b)",
    re.IGNORECASE,
)
_MEDICINE_DID = re.compile(
    r"\b(?:(?:from|due to|2/2|d/t|secondary to) (?:the |her |his )?(?:med|meds|medications?|drugs?)"
    r"|(?:drug|medication|med)[ -]induced|medication (?:side|adverse) effects?)\b",
    re.IGNORECASE,
)
_TOO_LITTLE = re.compile(
    r"\b(?:r[au]n(?:ning)? out of|out of|skipp?(?:ed|ing|s)|miss(?:ed|ing|es) (?:\w+ ){0,4}(?:doses?|days)? ?(?:of )?"
    r"|(?:not|n't|n’t) (?:been )?tak(?:en|e|ing)|stopp?(?:ed|ing) (?:taking |filling )?|ration(?:ed|ing)"
    r"|stretch(?:ed|ing)|(?:could|can)(?:n['o]t| not) afford|non-?adheren\w+ (?:to|with)|non-?complian\w+ with)"
    r"\s*(?:(?:his|her|the|their|any|all|doses? of|of|home|taking)\s+){0,3}$",
    re.IGNORECASE,
)
_BY_PATIENT = re.compile(
    r"\b(?:afford|cost|price|pay\b|copay|insurance|r[au]n(?:ning)? out|skipp?|ration|stretch|forg[eo]t|missed|by choice"
    r"|on (?:his|her) own|non-?adheren|non-?complian|refill|pharmacy)",
    re.IGNORECASE,
)


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
    for drug in find_drugs(context):
        if _did_harm(drug):
            outcome = _name_effect(outcome, drug)
            outcome = _add(outcome, _effects(drug, outcome, context), drug, _ADVERSE, _ADVERSE_RULE, context)
        elif _was_underdosed(drug):
            outcome = _add(outcome, _treated(outcome, context), drug, _UNDERDOSED, _UNDERDOSED_RULE, context)
    return outcome


def _did_harm(drug: NamedDrug) -> bool:
    blame = _BEFORE.search(drug.before)
    if not drug.assertion.is_plain or (blame and _UNSURE.search(drug.before[: blame.start()])):
        return False
    return bool(blame or _AFTER.match(drug.after) or _MEDICINE_DID.search(drug.sentence.quote))


def _was_underdosed(drug: NamedDrug) -> bool:
    assertion = drug.assertion
    if assertion.is_family or assertion.is_hypothetical or not _BY_PATIENT.search(drug.sentence.quote):
        return False
    return _TOO_LITTLE.search(drug.before) is not None


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


def _effects(drug: NamedDrug, outcome: GuidelineOutcome, context: CodingContext) -> list[Draft]:
    """What the sentence that blames the drug says of the patient."""
    return _in_sentence(_treated(outcome, context), drug)


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
    acting = (draft for draft in outcome.drafts if draft.probability >= context.min_probability)
    return [draft for draft in acting if draft.code not in _NO_EFFECTS]


def _add(
    outcome: GuidelineOutcome, effects: list[Draft], drug: NamedDrug, intent: str, rule_id: str, context: CodingContext
) -> GuidelineOutcome:
    made = drug.draft(intent, _SHARE * max((one.probability for one in effects), default=0.0), rule_id)
    is_known = context.code_set is None or made.code.compact in context.code_set
    return outcome.with_drafts((*outcome.drafts, made)) if effects and is_known else outcome
