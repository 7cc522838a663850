"""Severe sepsis and septic shock: the systemic infection is coded with them, and the severity once (I.C.1.d)."""

import re
from dataclasses import replace

from data.codes import Icd10Cm
from data.notes import Setting
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import Statement, find_statements
from models.coding.guidelines.tables import Codes, cite

_DYSFUNCTION = r"(?:organ (?:dysfunction|failure)|kidney (?:injury|failure)|aki|respiratory failure|encephalopathy)"
_SEVERE = re.compile(
    r"\b(?P<shock>septic shock)\b|\bsevere sepsis\b|\bseptic encephalopathy\b"
    r"|\bsepsis[- ](?:related|induced|associated)\b"
    rf"|\bsepsis,? (?:complicated by|with|and|causing) (?:\w+ ){{0,3}}?{_DYSFUNCTION}\b",
    re.IGNORECASE,
)
_HINTS = ("sepsis", "septic")
_TREATED = frozenset({Setting.ED, Setting.INPATIENT})
# What says that the infection is systemic; that of a newborn, after a procedure or at a birth has rules of its own.
_SYSTEMIC = Codes.parse("A40-A41 A02.1 A22.7 A26.7 A32.7 A42.7 A54.86 B37.7")
_OF_ITS_OWN = Codes.parse("P36 O85 O86.0 O75.3 O98.8 T81.1 T81.4 T80.2 O03-O08")
_UNSPECIFIED, _WITHOUT_SHOCK, _WITH_SHOCK = Icd10Cm("A419"), Icd10Cm("R6520"), Icd10Cm("R6521")
_PROBABILITY = 0.85
_LEAST_LIKELY = 0.1


def code_sepsis(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Where sepsis is said to be severe, during the care of it: R65.2- and the infection that it needs."""
    if context.setting not in _TREATED or outcome.acting(context, _OF_ITS_OWN):
        return outcome
    stated = [one for one in find_statements(_SEVERE, context, _HINTS) if one.assertion.is_plain]
    if not stated:
        return outcome
    shocks = [one for one in stated if one.match["shock"]]
    outcome = _state_severity(outcome, shocks or stated, _WITH_SHOCK if shocks else _WITHOUT_SHOCK)
    return outcome if outcome.acting(context, _SYSTEMIC) else _state_infection(outcome, stated)


def _state_severity(outcome: GuidelineOutcome, stated: list[Statement], code: Icd10Cm) -> GuidelineOutcome:
    other = [draft for draft in outcome.drafts if draft.code.category == "R65" and draft.code != code]
    made = Draft(code, _PROBABILITY, tuple(one.mention for one in stated))
    outcome = outcome.withhold(other, WithheldReason.SUPERSEDED)
    return outcome.add(made.because(cite("icd10cm.I.C.1.d.1.severe_sepsis")))


def _state_infection(outcome: GuidelineOutcome, stated: list[Statement]) -> GuidelineOutcome:
    """The likeliest that was found with its organism; without an organism where none is likely enough."""
    systemic = (draft for draft in outcome.drafts if draft.code in _SYSTEMIC and draft.probability >= _LEAST_LIKELY)
    found = max(systemic, key=lambda draft: draft.probability, default=None)
    why = cite("icd10cm.I.C.1.d.1.severe_sepsis")
    if found is None:
        return outcome.add(Draft(_UNSPECIFIED, _PROBABILITY, tuple(one.mention for one in stated)).because(why))
    return outcome.exchange(found, replace(found, probability=_PROBABILITY).because(why))
