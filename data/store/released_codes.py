"""What a release accepts of fresh encounters, and what became of it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from data.autonomy import AUTONOMY, Audited, Level, LevelChange, Objection, find_releasable
from data.decisions import Decision, Outcome
from data.monitoring import Proportion
from data.noun import Count, Noun
from data.store.autonomy import audit, find_standing, keep_or_withdraw
from data.store.encounter_rows import StoredEncounter
from data.store.encounters import append_decisions, iter_stored
from data.suggestions import Suggestion

_LATELY = timedelta(days=30)


class Effect(Noun):
    """Of the last 30 days: what a release accepted, or in a test would have, and how much of it people changed."""

    encounters: Count
    codes: Count
    changed: Proportion


class FamilyReport(Noun):
    """`objection` is why the family can't be released or won't stay so."""

    standing: LevelChange
    audited: Audited
    objection: Objection | None
    effect: Effect


def accept_released(session: Session, stored: StoredEncounter, at: datetime) -> StoredEncounter:
    """Accepts what is released of a fresh encounter, as not looked at: nobody learns from it.

    A release that no longer meets its target is withdrawn before it acts.
    """
    accepted = [
        _accept(one)
        for change in find_standing(session).values()
        if change.level is Level.RELEASED
        and (codes := find_releasable(stored.suggestion_set, change.family, change.terms))
        and keep_or_withdraw(session, change, at)
        for one in codes
    ]
    if not accepted:
        return stored
    name = stored.encounter.encounter_id
    return append_decisions(session, name, accepted, by=AUTONOMY, at=at, expected_version=stored.version)


def report_family(session: Session, change: LevelChange, as_of: datetime) -> FamilyReport:
    audited = audit(session, change, as_of)
    objection = audited.find_objection(change.terms.target, as_of)
    return FamilyReport(
        standing=change, audited=audited, objection=objection, effect=_measure_effect(session, change, as_of)
    )


def _measure_effect(session: Session, change: LevelChange, as_of: datetime) -> Effect:
    by_encounter = [
        [_find_kept(one, code) for code in find_releasable(one.suggestion_set, change.family, change.terms)]
        for one in iter_stored(session, max(change.terms.tested_since, as_of - _LATELY), as_of)
    ]
    verdicts = [verdict for some in by_encounter for verdict in some]
    changed, kept = verdicts.count(False), verdicts.count(True)
    return Effect(
        encounters=sum(map(bool, by_encounter)), codes=len(verdicts), changed=Proportion.of(changed, changed + kept)
    )


def _find_kept(stored: StoredEncounter, code: Suggestion) -> bool | None:
    """By what a person said last; None while nobody said anything."""
    said = next((one for one in stored.standing if one.decision.suggestion_id == code.suggestion_id), None)
    if said is None or said.decided_by == AUTONOMY or said.decision.outcome is Outcome.DEFERRED:
        return None
    return said.decision.final_code == code.code


def _accept(one: Suggestion) -> Decision:
    return Decision(
        suggestion_id=one.suggestion_id,
        outcome=Outcome.ACCEPTED,
        system=one.system,
        code=one.code,
        modifiers=one.modifiers,
        units=one.units,
        viewed=False,
    )
