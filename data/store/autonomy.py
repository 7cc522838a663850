"""Levels of autonomy: who changed them, and what was audited since."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.autonomy import (
    AUTONOMY,
    Audited,
    CodeFamily,
    Level,
    LevelChange,
    Objection,
    Terms,
    find_releasable,
    judge_release,
)
from data.canonical import canonical_json
from data.store.audit import append_event
from data.store.drawn_reviews import iter_random_draws
from data.store.errors import LevelError
from data.store.locks import lock_until_commit
from data.store.tables import AutonomyChangeRow


def list_changes(session: Session) -> tuple[LevelChange, ...]:
    """Every change of a level, the oldest first."""
    rows = session.scalars(select(AutonomyChangeRow.content).order_by(AutonomyChangeRow.position))
    return tuple(map(LevelChange.model_validate_json, rows))


def find_standing(session: Session) -> dict[CodeFamily, LevelChange]:
    """Families in the test or released; all others are manual."""
    last = {change.family: change for change in list_changes(session)}
    return {family: change for family, change in last.items() if change.level is not Level.MANUAL}


def start_test(session: Session, family: CodeFamily, terms: Terms, *, reason: str, by: str) -> LevelChange:
    """From `tested_since` on. Raises LevelError where the family shares codes with one in the test or released."""
    lock_until_commit(session, "autonomy")
    for other in find_standing(session):
        if other.overlaps(family):
            raise LevelError(f"{other} is in the test or released, and shares codes with {family}")
    change = LevelChange(
        family=family, level=Level.TEST, terms=terms, reason=reason, changed_by=by, changed_at=terms.tested_since
    )
    return _append(session, change)


def release(
    session: Session, family: CodeFamily, *, model_version: str, reason: str, by: str, at: datetime
) -> LevelChange:
    """Raises LevelError unless the family is in the test, by the model in service, and its audit meets the target."""
    lock_until_commit(session, "autonomy")
    tested = find_standing(session).get(family)
    if tested is None or tested.level is not Level.TEST:
        raise LevelError(f"{family} is not in the test")
    if tested.terms.model_version != model_version:
        raise LevelError(f"{family} was tested with {tested.terms.model_version}, and {model_version} is in service")
    objection = find_objection(session, tested, at)
    if objection is not None:
        raise LevelError(objection.value)
    return _move(session, tested, Level.RELEASED, reason=reason, by=by, at=at)


def withdraw(session: Session, family: CodeFamily, *, reason: str, by: str, at: datetime) -> LevelChange:
    """People confirm each code again. Raises LevelError where they do already."""
    lock_until_commit(session, "autonomy")
    standing = find_standing(session).get(family)
    if standing is None:
        raise LevelError(f"{family} is manual")
    return _move(session, standing, Level.MANUAL, reason=reason, by=by, at=at)


def keep_or_withdraw(session: Session, released: LevelChange, at: datetime) -> bool:
    """Whether a release still meets its target; one that does not is withdrawn, once."""
    objection = find_objection(session, released, at)
    if objection is None:
        return True
    lock_until_commit(session, "autonomy")
    if find_standing(session).get(released.family) == released:
        _move(session, released, Level.MANUAL, reason=objection.value, by=AUTONOMY, at=at)
    return False


def find_objection(session: Session, change: LevelChange, as_of: datetime) -> Objection | None:
    return audit(session, change, as_of).find_objection(change.terms.target, as_of)


def audit(session: Session, change: LevelChange, as_of: datetime) -> Audited:
    """Of the encounters that were drawn by chance since the test began."""
    verdicts = [
        (drawn_at, judge_release(codes, stored.decisions, drawn_at, as_of))
        for drawn_at, stored in iter_random_draws(session, change.terms.tested_since)
        if (codes := find_releasable(stored.suggestion_set, change.family, change.terms))
    ]
    return Audited.of(verdicts)


def _move(session: Session, standing: LevelChange, level: Level, *, reason: str, by: str, at: datetime) -> LevelChange:
    changes = {"level": level, "reason": reason, "changed_by": by, "changed_at": at}
    return _append(session, standing.model_copy(update=changes))


def _append(session: Session, change: LevelChange) -> LevelChange:
    position = session.scalar(select(func.count()).select_from(AutonomyChangeRow)) or 0
    session.add(AutonomyChangeRow(position=position, content=canonical_json(change)))
    session.flush()
    append_event(
        session,
        "autonomy.changed",
        actor=change.changed_by,
        subject=str(change.family),
        at=change.changed_at,
        details={
            "position": position,
            "level": change.level.value,
            "reason": change.reason,
            "target": str(change.terms.target),
            "least_probability": str(change.terms.least_probability),
            "model_version": change.terms.model_version,
        },
    )
    return change
