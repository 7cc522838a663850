"""Encounters that were drawn for a second review, and when."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.audit import Details
from data.store.audit import append_event
from data.store.encounter_rows import StoredEncounter, load_encounters
from data.store.tables import DrawnReviewRow, EncounterRow

_CHUNK = 200


def record_draw(
    session: Session, *, by_chance: Sequence[str], by_risk: Sequence[str], seed: str, by: str, at: datetime
) -> None:
    """Encounters that were never drawn before."""
    for is_random, names in ((True, by_chance), (False, by_risk)):
        session.add_all(DrawnReviewRow(encounter_id=name, is_random=is_random, drawn_at=at) for name in names)
    session.flush()
    details: Details = {"seed": seed[:256], "by_chance": tuple(by_chance), "by_risk": tuple(by_risk)}
    append_event(session, "reviews.drawn", actor=by, subject="reviews", at=at, details=details)


def find_last_draw(session: Session) -> datetime | None:
    """Of the draws that drew anybody."""
    return session.scalar(select(func.max(DrawnReviewRow.drawn_at)))


def iter_random_draws(session: Session, since: datetime) -> Iterator[tuple[datetime, StoredEncounter]]:
    """Drawn by chance since then, the oldest draw first, with all that was decided until now."""
    query = select(DrawnReviewRow).where(DrawnReviewRow.is_random, DrawnReviewRow.drawn_at >= since)
    rows = session.scalars(query.order_by(DrawnReviewRow.drawn_at, DrawnReviewRow.encounter_id)).all()
    for start in range(0, len(rows), _CHUNK):
        drawn_at = {row.encounter_id: row.drawn_at for row in rows[start : start + _CHUNK]}
        found = session.scalars(select(EncounterRow).where(EncounterRow.encounter_id.in_(drawn_at))).all()
        heads = {row.encounter_id: row for row in found}
        for stored in load_encounters(session, [heads[name] for name in drawn_at]):
            yield drawn_at[stored.encounter.encounter_id], stored
