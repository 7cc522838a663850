"""Claims that their payers did not take in, as 277CA files tell: nothing was decided on them, so they are no denials.

A rejected claim comes back to the worklist with the reason in its history. The same file again changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.audit import Details
from data.canonical import canonical_json, sha256_hex
from data.decisions import ClaimDecision, ClaimOutcome
from data.store.audit import append_event
from data.store.claims import OUT, SENT, ClaimState, set_state
from data.store.imported_claims import Kept, at_noon
from data.store.locks import lock_until_commit
from data.store.tables import ClaimDecisionRow, ClaimRow
from data.x12.acknowledgements import ClaimStatus

_IDS_A_QUERY = 300
_MEANINGS = {
    "A3": "returned as it can't be processed",
    "A4": "not found",
    "A6": "information is missing",
    "A7": "information is invalid",
    "A8": "values contradict one another",
}


@dataclass(slots=True)
class KeptRejections:
    """`unmatched` are of claims that are not here, or never went out from here."""

    claims: Kept = field(default_factory=Kept)
    unmatched: int = 0


@dataclass(slots=True)
class _Sent:
    """A claim that is here, with what was decided on it, in order."""

    head: ClaimRow
    decisions: list[ClaimDecisionRow] = field(default_factory=list)

    @property
    def sent_at(self) -> datetime | None:
        return max((one.decided_at for one in self.decisions if one.outcome in SENT), default=None)


def keep_rejections(session: Session, rejections: Sequence[ClaimStatus], *, by: str, at: datetime) -> KeptRejections:
    """`rejections` are statuses that say that a claim was not taken in."""
    lock_until_commit(session, "imported claims")
    kept, digests = KeptRejections(), []
    claims = _find_claims(session, sorted({one.claim_id for one in rejections}))
    for one in rejections:
        claim = claims.get(one.claim_id)
        sent_at = claim.sent_at if claim else None
        if claim is None or sent_at is None:
            kept.unmatched += 1
            continue
        row = _to_decision(claim, one, by=by, at=at)
        if any(row.content == earlier.content for earlier in claim.decisions):
            kept.claims.known += 1
            continue
        _reject(claim, row, sent_at, at)
        session.add(row)
        digests.append(row.decision_id)
        kept.claims.new += 1
    session.flush()
    if digests:
        details: Details = {"new": len(digests), "sha256": sha256_hex("\n".join(digests))}
        append_event(session, "claims.rejected", actor=by, subject="x12", at=at, details=details)
    return kept


def _find_claims(session: Session, claim_ids: Sequence[str]) -> Mapping[str, _Sent]:
    found: dict[str, _Sent] = {}
    for start in range(0, len(claim_ids), _IDS_A_QUERY):
        some = claim_ids[start : start + _IDS_A_QUERY]
        heads = select(ClaimRow).where(ClaimRow.claim_id.in_(some)).with_for_update()
        for head in session.scalars(heads.execution_options(populate_existing=True)):
            found[head.claim_id] = _Sent(head)
        decisions = select(ClaimDecisionRow).where(ClaimDecisionRow.claim_id.in_(some))
        for row in session.scalars(decisions.order_by(ClaimDecisionRow.claim_id, ClaimDecisionRow.position)):
            found[row.claim_id].decisions.append(row)
    return found


def _to_decision(claim: _Sent, status: ClaimStatus, *, by: str, at: datetime) -> ClaimDecisionRow:
    head = claim.head
    content = canonical_json(ClaimDecision(outcome=ClaimOutcome.REJECTED, reason=describe_rejection(status)))
    return ClaimDecisionRow(
        decision_id=sha256_hex(f"{head.claim_id}\n{head.decisions}\n{by}\n{content}")[:32],
        claim_id=head.claim_id,
        position=head.decisions,
        revision=head.revision,
        outcome=ClaimOutcome.REJECTED.value,
        decided_by=by,
        decided_at=at_noon(status.reported_on, until=at) if status.reported_on else at,
        content=content,
    )


def _reject(claim: _Sent, row: ClaimDecisionRow, sent_at: datetime, at: datetime) -> None:
    """What was sent again on a later day is not what was rejected: then only the history changes."""
    head = claim.head
    claim.decisions.append(row)
    head.decisions, head.version, head.updated_at = head.decisions + 1, head.version + 1, at
    if head.state in OUT and sent_at.date() <= row.decided_at.date():
        set_state(head, ClaimState.REJECTED)


def describe_rejection(status: ClaimStatus) -> str:
    day = f" of {status.reported_on}" if status.reported_on else ""
    meaning = _MEANINGS.get(status.category, "rejected")
    code = f", status {status.status}" if status.status else ""
    return f"The payer did not take the claim in (277CA{day}): {meaning} ({status.category}{code})."
