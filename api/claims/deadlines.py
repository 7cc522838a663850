"""By when a stored claim is filed, and its denial appealed."""

from sqlalchemy.orm import Session

from api.claims.schemas import Deadlines
from data.claims import Claim
from data.deadlines import Contracts
from data.store.remittances import find_remittances


def find_deadlines(session: Session, claim: Claim, contracts: Contracts) -> Deadlines:
    answers = find_remittances(session, claim.claim_id)
    return Deadlines(file_by=contracts.file_by(claim), appeal_by=contracts.appeal_by(claim, answers))
