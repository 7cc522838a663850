"""Answers kept for 24 hours, so that a request sent twice acts once."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import Session

from data.canonical import canonical_json
from data.store.errors import IdempotencyConflictError
from data.store.locks import lock_until_commit
from data.store.tables import IdempotencyRow

KEPT_FOR = timedelta(hours=24)


class StoredResponse(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def recall(session: Session, *, user: str, key: str, route: str, body: bytes, at: datetime) -> StoredResponse | None:
    """The answer to the same request; raises IdempotencyConflictError when the key came with another body.

    Until this transaction ends, the same request on another connection waits here.
    """
    lock_until_commit(session, canonical_json(["idempotency", user, key, route]))
    row = session.get(IdempotencyRow, (user, key, route), populate_existing=True)
    if row is None or row.created_at <= at - KEPT_FOR:
        return None
    if row.body_sha256 != _digest(body):
        raise IdempotencyConflictError
    return StoredResponse(row.status, json.loads(row.headers), row.response)


def remember(
    session: Session, response: StoredResponse, *, user: str, key: str, route: str, body: bytes, at: datetime
) -> None:
    """Call it in the transaction of the write, after `recall` answered None."""
    forget_expired(session, at)
    row = IdempotencyRow(
        user_name=user,
        key=key,
        route=route,
        body_sha256=_digest(body),
        status=response.status,
        headers=canonical_json(response.headers),
        response=response.body,
        created_at=at,
    )
    session.add(row)
    session.flush()


def forget_expired(session: Session, at: datetime) -> None:
    session.execute(delete(IdempotencyRow).where(IdempotencyRow.created_at <= at - KEPT_FOR))


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
