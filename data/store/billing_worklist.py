"""The claims that wait for a biller, in the order in which they press."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from data.claims import Claim
from data.deadlines import Contracts
from data.noun import Cents, Identifier, IsoDate, Noun, Positive, Probability, UtcTime
from data.store.claims import ClaimState, last_day
from data.store.paging import Page, check_limit, decode_cursor, encode_cursor, is_after, is_before
from data.store.tables import ClaimRevisionRow, ClaimRow


class BillingOrder(StrEnum):
    """at_stake: held claims first, then by expected loss; deadline: by the last day for filing, unknown ones last."""

    AT_STAKE = "at_stake"
    DEADLINE = "deadline"


class BillingTask(Noun):
    """`file_by` is None where no limit is known."""

    claim_id: Identifier
    payer_id: Identifier
    encounter_id: Identifier | None
    state: ClaimState
    denial_probability: Probability
    expected_loss_cents: Cents
    charge_cents: int
    file_by: IsoDate | None
    version: Positive
    created_at: UtcTime


def list_billing_worklist(
    session: Session,
    *,
    cursor: str | None = None,
    limit: int = 50,
    order: BillingOrder = BillingOrder.AT_STAKE,
) -> Page[BillingTask]:
    """Raises InvalidCursorError."""
    query = _order(select(ClaimRow).where(ClaimRow.is_done.is_(False)), order, cursor)
    rows = session.scalars(query.limit(check_limit(limit) + 1)).all()
    more = _cursor_after(rows[limit - 1], order) if len(rows) > limit else None
    return Page(items=tuple(_to_task(row) for row in rows[:limit]), next_cursor=more)


def _order(query: Select[Any], order: BillingOrder, cursor: str | None) -> Select[Any]:
    if order is BillingOrder.DEADLINE:
        days = (ClaimRow.file_by, ClaimRow.claim_id)
        after = [is_after(days, decode_cursor(cursor, order, (date, str)))] if cursor is not None else []
        return query.order_by(*days).where(*after)
    columns = (ClaimRow.priority, ClaimRow.expected_loss_cents, ClaimRow.claim_id)
    before = [is_before(columns, decode_cursor(cursor, "billing", (int, int, str)))] if cursor is not None else []
    return query.order_by(*(column.desc() for column in columns)).where(*before)


def _cursor_after(row: ClaimRow, order: BillingOrder) -> str:
    if order is BillingOrder.DEADLINE:
        return encode_cursor(order, (row.file_by, row.claim_id))
    return encode_cursor("billing", (row.priority, row.expected_loss_cents, row.claim_id))


def set_deadlines(session: Session, contracts: Contracts) -> int:
    """Sets `file_by` of the claims on the worklist anew, for contracts that changed; how many were moved."""
    open_claims = (
        select(ClaimRow, ClaimRevisionRow.claim)
        .join(
            ClaimRevisionRow,
            and_(ClaimRevisionRow.claim_id == ClaimRow.claim_id, ClaimRevisionRow.revision == ClaimRow.revision),
        )
        .where(ClaimRow.is_done.is_(False))
        .order_by(ClaimRow.claim_id)
    )
    moved = 0
    for row, text in session.execute(open_claims).all():
        day = last_day(contracts, Claim.model_validate_json(text))
        moved += row.file_by != day
        row.file_by = day
    return moved


def _to_task(row: ClaimRow) -> BillingTask:
    return BillingTask(
        claim_id=row.claim_id,
        payer_id=row.payer_id,
        encounter_id=row.encounter_id,
        state=ClaimState(row.state),
        denial_probability=row.denial_probability,
        expected_loss_cents=row.expected_loss_cents,
        charge_cents=row.charge_cents,
        file_by=None if row.file_by == date.max else row.file_by,
        version=row.version,
        created_at=row.created_at,
    )
