"""Remittances and payments that come in by files, many at a time; the same one read twice is kept once.

They are dated by what they say: training as of a past day sees what had been answered by then.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.canonical import canonical_json, sha256_hex
from data.remittances import Payment, Remittance
from data.store.audit import append_event
from data.store.imported_claims import Kept, at_noon
from data.store.locks import lock_until_commit
from data.store.tables import Base, PaymentRow, RemittanceRow

_KEYS_A_QUERY = 300
Key = TypeVar("Key")


def keep_remittances(session: Session, remittances: Sequence[Remittance], *, by: str, at: datetime) -> Kept:
    lock_until_commit(session, "imported remittances")
    rows = {row["sha256"]: row for row in (_to_remittance_row(one, by=by, at=at) for one in remittances)}
    for some in _in_parts(sorted({row["claim_id"] for row in rows.values()})):
        known = select(RemittanceRow.sha256).where(RemittanceRow.claim_id.in_(some))
        for digest in session.scalars(known):
            rows.pop(digest, None)
    return _insert(session, RemittanceRow, list(rows.values()), len(remittances), "remittances.imported", by=by, at=at)


def keep_payments(session: Session, payments: Sequence[Payment], *, by: str, at: datetime) -> Kept:
    lock_until_commit(session, "imported payments")
    rows = {row["sha256"]: row for row in (_to_payment_row(one, by=by, at=at) for one in payments)}
    for some in _in_parts(sorted(rows)):
        for digest in session.scalars(select(PaymentRow.sha256).where(PaymentRow.sha256.in_(some))):
            rows.pop(digest, None)
    return _insert(session, PaymentRow, list(rows.values()), len(payments), "payments.imported", by=by, at=at)


def find_payments(session: Session, payment_number: str) -> tuple[Payment, ...]:
    query = select(PaymentRow.content).where(PaymentRow.payment_number == payment_number).order_by(PaymentRow.paid_on)
    return tuple(Payment.model_validate_json(text) for text in session.scalars(query))


def _insert(
    session: Session,
    table: type[RemittanceRow] | type[PaymentRow],
    rows: list[dict[str, Any]],
    offered: int,
    kind: str,
    *,
    by: str,
    at: datetime,
) -> Kept:
    if rows:
        session.connection().execute(insert(Base.metadata.tables[table.__tablename__]), rows)
        digest = sha256_hex("\n".join(row["sha256"] for row in rows))
        append_event(session, kind, actor=by, subject="x12", at=at, details={"new": len(rows), "sha256": digest})
    return Kept(new=len(rows), known=offered - len(rows))


def _to_remittance_row(one: Remittance, *, by: str, at: datetime) -> dict[str, Any]:
    content = canonical_json(one)
    return {
        "claim_id": one.claim_id,
        "sha256": sha256_hex(content),
        "adjudicated_on": one.adjudicated_on,
        "received_by": by,
        "received_at": at_noon(one.adjudicated_on, until=at),
        "content": content,
    }


def _to_payment_row(one: Payment, *, by: str, at: datetime) -> dict[str, Any]:
    content = canonical_json(one)
    return {
        "sha256": sha256_hex(content),
        "payment_number": one.payment_number,
        "payer_id": one.payer_id,
        "paid_on": one.paid_on,
        "received_by": by,
        "received_at": at_noon(one.paid_on, until=at),
        "content": content,
    }


def _in_parts(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for start in range(0, len(keys), _KEYS_A_QUERY):
        yield keys[start : start + _KEYS_A_QUERY]
