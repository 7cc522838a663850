"""What payers answered. The same answer read twice is kept once."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.canonical import canonical_json, sha256_hex
from data.remittances import Remittance
from data.store.audit import append_event
from data.store.locks import lock_until_commit
from data.store.tables import RemittanceRow


def add_remittance(session: Session, remittance: Remittance, *, by: str, at: datetime) -> bool:
    """False when this very answer is stored already."""
    content = canonical_json(remittance)
    digest = sha256_hex(content)
    lock_until_commit(session, f"remittance {remittance.claim_id}")
    if session.get(RemittanceRow, (remittance.claim_id, digest)) is not None:
        return False
    row = RemittanceRow(
        claim_id=remittance.claim_id,
        sha256=digest,
        adjudicated_on=remittance.adjudicated_on,
        received_by=by,
        received_at=at,
        content=content,
    )
    session.add(row)
    session.flush()
    append_event(
        session, "remittance.received", actor=by, subject=remittance.claim_id, at=at, details={"sha256": digest}
    )
    return True


def find_remittances(session: Session, claim_id: str) -> tuple[Remittance, ...]:
    """The oldest adjudication first."""
    query = select(RemittanceRow.content).where(RemittanceRow.claim_id == claim_id)
    texts = session.scalars(query.order_by(RemittanceRow.adjudicated_on, RemittanceRow.sha256))
    return tuple(Remittance.model_validate_json(text) for text in texts)


def iter_remittances(session: Session, as_of: datetime) -> Iterator[Remittance]:
    """All that arrived before `as_of` and was adjudicated on an earlier day, by claim_id, the oldest first."""
    query = (
        select(RemittanceRow.content)
        .where(RemittanceRow.received_at < as_of, RemittanceRow.adjudicated_on < as_of.date())
        .order_by(RemittanceRow.claim_id, RemittanceRow.adjudicated_on, RemittanceRow.sha256)
    )
    for text in session.scalars(query.execution_options(yield_per=1000)):
        yield Remittance.model_validate_json(text)
