"""Claims that were appealed, with what their payers answered."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.claims import Claim
from data.decisions import ClaimOutcome
from data.remittances import Remittance
from data.store.remittances import find_remittances
from data.store.tables import ClaimDecisionRow, ClaimRevisionRow, ClaimRow

# Enough for a rate, and read in a moment.
_NEWEST = 500


class AppealedClaim(NamedTuple):
    claim: Claim
    appealed_at: datetime
    answers: tuple[Remittance, ...]


def iter_appealed(session: Session, payer_id: str) -> Iterator[AppealedClaim]:
    """The newest appeals to a payer, each claim by its last one."""
    query = (
        select(ClaimDecisionRow.claim_id, ClaimDecisionRow.decided_at, ClaimRevisionRow.claim)
        .join_from(ClaimDecisionRow, ClaimRevisionRow)
        .join(ClaimRow, ClaimRow.claim_id == ClaimDecisionRow.claim_id)
        .where(ClaimDecisionRow.outcome == ClaimOutcome.APPEALED.value, ClaimRow.payer_id == payer_id)
        .order_by(ClaimDecisionRow.decided_at.desc())
        .limit(_NEWEST)
    )
    seen = set()
    for claim_id, decided_at, claim in session.execute(query).all():
        if claim_id not in seen:
            yield AppealedClaim(Claim.model_validate_json(claim), decided_at, find_remittances(session, claim_id))
        seen.add(claim_id)
