"""Encounters with what the model suggested and what people decided."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.decisions import Decision
from data.notes import Encounter, Profile, Setting
from data.noun import Count, Identifier, IsoDate, Noun, Positive, Probability, UtcTime
from data.program import program_digest
from data.store.audit import append_event
from data.store.coding_checks import check_decisions, check_suggestions, measure_progress
from data.store.encounter_rows import (
    StoredEncounter,
    load_encounters,
    to_decision_rows,
    to_encounter_row,
    to_note_rows,
    to_recorded,
    to_suggestion_row,
)
from data.store.errors import AlreadyExistsError, NotFoundError, StaleVersionError
from data.store.paging import Page, check_limit, decode_cursor, encode_cursor, is_after
from data.store.tables import DecisionRow, EncounterRow, ProbeRow
from data.suggestions import SuggestionSet

_CHUNK, _FEW = 200, 50


class CodingOrder(StrEnum):
    OLDEST = "oldest"
    LOWEST_PROBABILITY = "lowest_probability"


class CodingTask(Noun):
    """An encounter that waits for a coder. `lowest_probability` is over its undecided suggestions, 0 without any."""

    encounter_id: Identifier
    setting: Setting
    date_of_service: IsoDate
    payer_id: Identifier | None
    undecided: Count
    lowest_probability: Probability
    version: Positive
    created_at: UtcTime


def add_encounter(
    session: Session, encounter: Encounter, suggestion_set: SuggestionSet, profile: Profile, *, by: str, at: datetime
) -> StoredEncounter:
    """Raises AlreadyExistsError when the encounter_id is taken, MismatchError when evidence is not in the notes."""
    check_suggestions(encounter, suggestion_set)
    if session.get(EncounterRow, encounter.encounter_id) is not None:
        raise AlreadyExistsError("encounter")
    try:
        session.add(to_encounter_row(encounter, suggestion_set, profile, by=by, at=at))
        session.flush()
    except IntegrityError:
        raise AlreadyExistsError("encounter") from None
    notes = to_note_rows(encounter)
    answer = to_suggestion_row(suggestion_set, at)
    session.add_all([*notes, answer])
    append_event(
        session,
        "encounter.stored",
        actor=by,
        subject=encounter.encounter_id,
        at=at,
        details={
            "notes_sha256": tuple(note.sha256 for note in notes),
            "suggestion_set_id": suggestion_set.suggestion_set_id,
            "suggestion_set_sha256": answer.sha256,
            "model_version": suggestion_set.model_version,
            "program": program_digest(),
        },
    )
    return StoredEncounter(
        encounter=encounter, profile=profile, suggestion_set=suggestion_set, version=1, created_by=by, created_at=at
    )


def get_encounter(session: Session, encounter_id: str) -> StoredEncounter:
    """Raises NotFoundError."""
    row = session.get(EncounterRow, encounter_id, populate_existing=True)
    if row is None:
        raise NotFoundError("encounter")
    return next(load_encounters(session, [row]))


def append_decisions(
    session: Session,
    encounter_id: str,
    decisions: Sequence[Decision],
    *,
    by: str,
    at: datetime,
    expected_version: int,
) -> StoredEncounter:
    """All or none. Raises NotFoundError, StaleVersionError, or MismatchError when one is not about this encounter."""
    row = _lock(session, encounter_id, expected_version)
    stored = next(load_encounters(session, [row]))
    check_decisions(stored.encounter, stored.suggestion_set, decisions)
    rows = to_decision_rows(stored, decisions, by=by, at=at)
    session.add_all(rows)
    after = stored.model_copy(
        update={"decisions": (*stored.decisions, *map(to_recorded, rows)), "version": stored.version + 1}
    )
    progress = measure_progress(after.suggestion_set, after.decisions)
    row.undecided, row.lowest_probability = progress.undecided, progress.lowest_probability
    row.is_decided, row.version, row.updated_at = progress.is_decided, after.version, at
    session.flush()
    append_event(
        session,
        "encounter.decided",
        actor=by,
        subject=encounter_id,
        at=at,
        details={"version": after.version, "decisions": tuple(one.decision_id for one in rows)},
    )
    return after


def list_coding_worklist(
    session: Session, *, cursor: str | None = None, limit: int = 50, order: CodingOrder = CodingOrder.OLDEST
) -> Page[CodingTask]:
    """Encounters with an undecided suggestion, or with no decision at all. Raises InvalidCursorError."""
    is_oldest = order is CodingOrder.OLDEST
    key = EncounterRow.created_at if is_oldest else EncounterRow.lowest_probability
    columns = (key, EncounterRow.encounter_id)
    query = select(EncounterRow).where(EncounterRow.is_decided.is_(False)).order_by(*columns)
    if cursor is not None:
        query = query.where(is_after(columns, decode_cursor(cursor, order, (datetime if is_oldest else float, str))))
    rows = session.scalars(query.limit(check_limit(limit) + 1)).all()
    more = encode_cursor(order, _sort_key(rows[limit - 1], order)) if len(rows) > limit else None
    return Page(items=tuple(_to_task(row) for row in rows[:limit]), next_cursor=more)


def iter_decided(session: Session, as_of: datetime) -> Iterator[StoredEncounter]:
    """Encounters with a decision before `as_of`, in order of encounter_id, with the decisions of that time only.

    Encounters with a probe are left out: their answers were spoiled, and nobody is to learn from them.
    `version` is the one of today: it is no part of what was known.
    """
    query = select(DecisionRow.encounter_id).where(DecisionRow.decided_at < as_of, _is_unprobed()).distinct()
    yield from _load(session, session.scalars(query.order_by(DecisionRow.encounter_id)).all(), as_of)


def iter_stored(session: Session, since: datetime, as_of: datetime) -> Iterator[StoredEncounter]:
    """Encounters stored from `since` on and before `as_of`, without those with a probe, in order of encounter_id."""
    query = select(EncounterRow.encounter_id).where(EncounterRow.created_at >= since, EncounterRow.created_at < as_of)
    unprobed = query.where(EncounterRow.encounter_id.not_in(select(ProbeRow.encounter_id)))
    yield from _load(session, session.scalars(unprobed.order_by(EncounterRow.encounter_id)).all(), as_of)


def iter_newest_decided(session: Session, as_of: datetime, wants: Callable[[str], bool]) -> Iterator[StoredEncounter]:
    """Like `iter_decided`, of the encounters whose identifier is wanted, those with the newest decisions first.

    Notes are read as the caller goes on, a few encounters at a time.
    """
    last = func.max(DecisionRow.decided_at).label("last")
    query = select(DecisionRow.encounter_id, last).where(DecisionRow.decided_at < as_of, _is_unprobed())
    ranked = query.group_by(DecisionRow.encounter_id).order_by(last.desc(), DecisionRow.encounter_id.desc())
    known = [encounter_id for encounter_id, _ in session.execute(ranked) if wants(encounter_id)]
    for start in range(0, len(known), _FEW):
        some = known[start : start + _FEW]
        rows = session.scalars(select(EncounterRow).where(EncounterRow.encounter_id.in_(some))).all()
        yield from load_encounters(session, sorted(rows, key=lambda row: some.index(row.encounter_id)), as_of)


def _load(session: Session, known: Sequence[str], as_of: datetime) -> Iterator[StoredEncounter]:
    """A chunk at a time; `known` are encounter_ids in order."""
    for start in range(0, len(known), _CHUNK):
        chosen = EncounterRow.encounter_id.in_(known[start : start + _CHUNK])
        rows = session.scalars(select(EncounterRow).where(chosen).order_by(EncounterRow.encounter_id)).all()
        yield from load_encounters(session, rows, as_of)


def _is_unprobed() -> ColumnElement[bool]:
    return DecisionRow.encounter_id.not_in(select(ProbeRow.encounter_id))


def _lock(session: Session, encounter_id: str, expected_version: int) -> EncounterRow:
    row = session.get(EncounterRow, encounter_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError("encounter")
    if row.version != expected_version:
        raise StaleVersionError(expected=expected_version, current=row.version)
    return row


def _sort_key(row: EncounterRow, order: CodingOrder) -> tuple[Any, str]:
    return (row.created_at if order is CodingOrder.OLDEST else row.lowest_probability), row.encounter_id


def _to_task(row: EncounterRow) -> CodingTask:
    return CodingTask(
        encounter_id=row.encounter_id,
        setting=Setting(row.setting),
        date_of_service=row.date_of_service,
        payer_id=row.payer_id,
        undecided=row.undecided,
        lowest_probability=row.lowest_probability,
        version=row.version,
        created_at=row.created_at,
    )
