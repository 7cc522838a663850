"""Claims that a biller holds, as the coder of their encounter sees them: what is asked, by whom."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from data.decisions import ClaimOutcome
from data.store.billing_worklist import BillingTask, list_billing_worklist
from data.store.claims import ClaimState, get_claim

# Held claims lead the biller's worklist, so its first page holds those that press.
_LOOKED_AT = 200
_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Returned:
    encounter_id: str
    claim_id: str
    reason: str = field(repr=False)
    held_by: str
    held_at: datetime


def list_returned(session: Session) -> tuple[Returned, ...]:
    """The first of them, the most pressing first."""
    return tuple(islice(_iter_returned(session, _list_held(session)), _SHOWN))


def find_returned(session: Session, encounter_id: str) -> Returned | None:
    tasks = (task for task in _list_held(session) if task.encounter_id == encounter_id)
    return next(_iter_returned(session, tasks), None)


def _list_held(session: Session) -> Iterator[BillingTask]:
    tasks = list_billing_worklist(session, limit=_LOOKED_AT).items
    return (task for task in tasks if task.state is ClaimState.HELD and task.encounter_id is not None)


def _iter_returned(session: Session, tasks: Iterator[BillingTask]) -> Iterator[Returned]:
    """A claim that only the model wants held has no such decision; one that was changed since waits for nobody."""
    for task in tasks:
        stored = get_claim(session, task.claim_id)
        if not stored.decisions or stored.decisions[-1].revision != stored.revision:
            continue
        last = stored.decisions[-1]
        if last.decision.outcome is ClaimOutcome.HELD:
            yield Returned(
                task.encounter_id or "", task.claim_id, last.decision.reason, last.decided_by, last.decided_at
            )
