"""Codes that exclude each other (Excludes1): the better one stays, the other is named beside it (I.A.12.a)."""

from dataclasses import replace
from itertools import combinations

from data.code_notes import NoteKind
from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.references import names_code
from models.coding.guidelines.tables import Codes, cite

# Two drugs that did harm are two things (I.A.12.a).
_DRUG_EFFECTS = Codes.parse("T36-T50")
# Fourth characters of S00 and of S01 that stand for the same part of the head.
_SAME_SITE = frozenset({"00", "11", "21", "32", "43", "55", "84", "88"})


def resolve_excludes(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    if context.code_set is None:
        return outcome
    gone: set[Icd10Cm] = set()
    for first, second in combinations(outcome.drafts, 2):
        if max(first.probability, second.probability) < context.min_probability or gone & {first.code, second.code}:
            continue
        if _exclude_each_other(first.code, second.code, context.code_set):
            other, better = sorted((first, second), key=lambda draft: _merit(draft, context.code_set))
            if better.probability >= context.min_probability:
                outcome = _keep(outcome, better, other)
                gone.add(other.code)
    return outcome


def _keep(outcome: GuidelineOutcome, better: Draft, other: Draft) -> GuidelineOutcome:
    current = next(draft for draft in outcome.drafts if draft.code == better.code)
    named = replace(current, alternatives=tuple(dict.fromkeys((*current.alternatives, other.code))))
    gone = next(draft for draft in outcome.drafts if draft.code == other.code)
    outcome = outcome.withhold([gone], WithheldReason.EXCLUDED)
    return outcome.exchange(current, named.because(cite("icd10cm.I.A.12.a.excludes1")))


def _exclude_each_other(first: Icd10Cm, second: Icd10Cm, code_set: CodeSet) -> bool:
    if first.category == second.category and first.compact[:-1] == second.compact[:-1]:
        return False
    if _are_other_sites(first, second) or (first in _DRUG_EFFECTS and second in _DRUG_EFFECTS):
        return False
    excludes = NoteKind.EXCLUDES1
    return names_code(first, excludes, second, code_set) or names_code(second, excludes, first, code_set)


def _are_other_sites(first: Icd10Cm, second: Icd10Cm) -> bool:
    """Whether they are a superficial injury and a wound of different parts of the head (I.C.19.b.1)."""
    injury, wound = sorted((first, second), key=lambda code: code.compact)
    if (injury.category, wound.category) != ("S00", "S01"):
        return False
    sites = injury.compact[3] + wound.compact[3]
    return "9" not in sites and sites not in _SAME_SITE


def _merit(draft: Draft, code_set: CodeSet | None) -> tuple[bool, bool, float, int]:
    """A disease before a symptom, a specific code before an unspecified one, then by probability and words."""
    entry = code_set.find(draft.code.compact) if code_set else None
    is_specific = entry is not None and "unspecified" not in entry.term
    words = sum(len(evidence.quote) for evidence in draft.evidence)
    return not draft.code.category.startswith(("R", "Z")), is_specific, draft.probability, words
