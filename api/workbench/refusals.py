"""What stands refused, as a biller sees it: what can be done about each claim, by when, and whether it was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from api.workbench.billing_views import Due, find_dues
from data.appeal_asks import Recourse, find_rule
from data.deadlines import Contracts
from data.decisions import ClaimOutcome
from data.denials import Refusal, find_refusals
from data.store.claims import get_claim
from data.store.remittances import find_remittances
from models.performance.refusals import RefusedClaim


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """`reasons` are groups with CARCs, each once; `recourse` is that of the largest refusal."""

    refused: RefusedClaim
    reasons: tuple[str, ...]
    recourse: Recourse | None
    dues: tuple[Due, ...]
    appealed_at: datetime | None


def build_refusal_row(session: Session, refused: RefusedClaim, contracts: Contracts, today: date) -> RefusalRow:
    stored, answers = get_claim(session, refused.claim_id), find_remittances(session, refused.claim_id)
    refusals = find_refusals(stored.claim, answers)
    appeal_by = contracts.appeal_by(stored.claim, answers)
    appealed = [one.decided_at for one in stored.decisions if one.decision.outcome is ClaimOutcome.APPEALED]
    largest = max(refusals, key=lambda one: one.denied_cents, default=None)
    return RefusalRow(
        refused=refused,
        reasons=tuple(dict.fromkeys(_name_reasons(refusals))),
        recourse=find_rule(largest).recourse if largest else None,
        dues=find_dues(None, appeal_by.day if appeal_by else None, today),
        appealed_at=appealed[-1] if appealed else None,
    )


def _name_reasons(refusals: Iterable[Refusal]) -> Iterable[str]:
    return (f"{one.group}-{one.carc}" for refusal in refusals for one in refusal.adjustments)
