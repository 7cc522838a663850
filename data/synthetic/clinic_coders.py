"""Simulated coders at work on what a model really suggested: they know what the clinic meant, and err by type."""

from collections.abc import Iterator
from dataclasses import dataclass

from data.codes import CodeSystem
from data.decisions import Decision, Outcome, Reason
from data.suggestions import Suggestion, SuggestionSet, Tier
from data.synthetic.clinic_notes import ClinicVisit
from data.synthetic.dice import Dice


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """By type, between 0 and 1. `hurries` is per encounter: all accepted in bulk, unseen.

    `opposes` is the share of decisions that are turned into their contrary, by malice or carelessness.
    """

    accepts_wrong: float = 0.10
    refuses_right: float = 0.05
    keeps_unspecific: float = 0.15
    forgets_to_add: float = 0.15
    hurries: float = 0.05
    opposes: float = 0.0


REALISTIC = ErrorRates()
FLAWLESS = ErrorRates(0, 0, 0, 0, 0)


def decide_visit(visit: ClinicVisit, answer: SuggestionSet, rates: ErrorRates, dice: Dice) -> tuple[Decision, ...]:
    """One sitting. Diagnoses that are suggested are decided on; of candidates only the right ones are taken."""
    shown = [one for one in answer.suggestions if one.system is CodeSystem.ICD10CM]
    if dice.chance(rates.hurries):
        return tuple(_accept(one, viewed=False) for one in shown if one.tier is Tier.SUGGESTED)
    return tuple(_decide_all(visit, shown, rates, dice))


def _decide_all(visit: ClinicVisit, shown: list[Suggestion], rates: ErrorRates, dice: Dice) -> Iterator[Decision]:
    left = {code: evidence for code, evidence in visit.meant.items() if code not in {one.code for one in shown}}
    for one in shown:
        is_right = one.code in visit.meant
        if one.tier is Tier.CANDIDATE and not is_right:
            continue
        better = None if is_right else next((code for code in left if code[:3] == one.code[:3]), None)
        if better is not None:
            del left[better]
        yield _decide(one, is_right, better, rates, dice)
    for code, evidence in left.items():
        if not dice.chance(rates.forgets_to_add) and not dice.chance(rates.opposes):
            yield Decision(outcome=Outcome.ADDED, system=CodeSystem.ICD10CM, code=code, evidence=(evidence,))


def _decide(one: Suggestion, is_right: bool, better: str | None, rates: ErrorRates, dice: Dice) -> Decision:
    if dice.chance(rates.opposes):
        return _reject(one, Reason.WRONG_CODE) if is_right else _accept(one)
    if is_right:
        return _reject(one, Reason.NOT_DOCUMENTED) if dice.chance(rates.refuses_right) else _accept(one)
    if better is None:
        return _accept(one) if dice.chance(rates.accepts_wrong) else _reject(one, Reason.WRONG_CODE)
    if dice.chance(rates.keeps_unspecific):
        return _accept(one)
    return Decision(
        suggestion_id=one.suggestion_id,
        outcome=Outcome.REPLACED,
        system=one.system,
        code=one.code,
        replaced_by=better,
        reason=Reason.WRONG_SPECIFICITY,
    )


def _accept(one: Suggestion, *, viewed: bool = True) -> Decision:
    return Decision(
        suggestion_id=one.suggestion_id, outcome=Outcome.ACCEPTED, system=one.system, code=one.code, viewed=viewed
    )


def _reject(one: Suggestion, reason: Reason) -> Decision:
    return Decision(
        suggestion_id=one.suggestion_id, outcome=Outcome.REJECTED, system=one.system, code=one.code, reason=reason
    )
