"""The audit log in the database."""

import json
from collections.abc import Iterator
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.audit import GENESIS, AuditEvent, AuditReport, Details, Head, verify_events
from data.canonical import canonical_json, format_utc
from data.checkpoints import KIND, Checkpoint
from data.operator_key import OperatorKey
from data.store.locks import lock_until_commit
from data.store.tables import AuditEventRow


def append_event(
    session: Session,
    kind: str,
    *,
    actor: str,
    subject: str,
    at: datetime,
    details: Details | None = None,
) -> AuditEvent:
    """Appends to the chain; others that append wait until this transaction ends, so call it late.

    `kind` is dotted words (`encounter.viewed`), `subject` the identifier acted on, `details` short scalars.
    """
    lock_until_commit(session, "audit")
    head = find_head(session)
    event = AuditEvent(
        sequence=head.sequence + 1,
        kind=kind,
        actor=actor,
        subject=subject,
        at=format_utc(at),
        details=dict(details or {}),
        previous_hash=head.hash,
        hash=GENESIS,
    ).sealed()
    fields = event.model_dump(mode="json") | {"details": canonical_json(event.model_dump(mode="json")["details"])}
    session.add(AuditEventRow(**fields))
    session.flush()
    return event


def append_checkpoint(session: Session, key: OperatorKey, *, actor: str, at: datetime) -> Checkpoint:
    """Signs the log as it stands and says so in the log. Raises ValueError while nothing happened yet."""
    lock_until_commit(session, "audit")
    hashes = session.scalars(select(AuditEventRow.hash).order_by(AuditEventRow.sequence)).all()
    if not hashes:
        raise ValueError("there is no event to sign yet")
    checkpoint = Checkpoint.sign(hashes, key)
    append_event(session, KIND, actor=actor, subject="audit", at=at, details=checkpoint.as_details())
    return checkpoint


def find_head(session: Session) -> Head:
    """Sequence 0 when nothing happened yet."""
    query = select(AuditEventRow.sequence, AuditEventRow.hash).order_by(AuditEventRow.sequence.desc()).limit(1)
    row = session.execute(query).first()
    return Head(sequence=row.sequence, hash=row.hash) if row else Head(sequence=0, hash=GENESIS)


def verify_chain(session: Session, expected: Head | None = None) -> AuditReport:
    """`expected` is a head that was written down elsewhere; only with it is a cut-off end found."""
    return verify_events(_read_rows(session), expected)


def iter_events(session: Session, *, after: int = 0, until: datetime | None = None) -> Iterator[AuditEvent]:
    """Events after a sequence, in order, up to the first at or after `until`. Unreadable rows raise ValueError."""
    limit = format_utc(until) if until else None
    for row in _iter_rows(session, after):
        if limit is not None and row.at >= limit:
            return
        yield _to_event(row)


def _read_rows(session: Session) -> Iterator[AuditEvent | None]:
    for row in _iter_rows(session, 0):
        try:
            event = _to_event(row)
        except (ValueError, ValidationError, RecursionError):
            yield None
        else:
            is_exact = canonical_json(event.model_dump(mode="json")["details"]) == row.details
            yield event if is_exact else None


def _iter_rows(session: Session, after: int) -> Iterator[AuditEventRow]:
    query = select(AuditEventRow).where(AuditEventRow.sequence > after).order_by(AuditEventRow.sequence)
    yield from session.scalars(query.execution_options(yield_per=1000))


def _to_event(row: AuditEventRow) -> AuditEvent:
    return AuditEvent(
        sequence=row.sequence,
        kind=row.kind,
        actor=row.actor,
        subject=row.subject,
        at=row.at,
        details=json.loads(row.details),
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
