"""The claims that went out with their answers, read many at a time, and which of them changed since they were read."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.claims import Claim
from data.remittances import Remittance
from data.sent_claims import SentClaim
from data.store.claims import SENT
from data.store.tables import ClaimDecisionRow, ClaimRevisionRow, ClaimRow, RemittanceRow

# As in the imports: a part of what SQLite takes as parameters of one statement.
_IDS_A_QUERY = 300


class Stamp(NamedTuple):
    """Counts of what only grows, so that a claim with the same stamp is the same claim with the same answers."""

    decisions: int
    answers: int


def read_stamps(session: Session) -> Mapping[str, Stamp]:
    """Of all claims on which something was decided, by claim_id: one query."""
    query = (
        select(ClaimRow.claim_id, ClaimRow.decisions, func.count(RemittanceRow.sha256))
        .outerjoin(RemittanceRow, RemittanceRow.claim_id == ClaimRow.claim_id)
        .where(ClaimRow.decisions > 0)
        .group_by(ClaimRow.claim_id, ClaimRow.decisions)
    )
    return {claim_id: Stamp(decisions, answers) for claim_id, decisions, answers in session.execute(query)}


def iter_sent_claims(session: Session, claim_ids: Sequence[str]) -> Iterator[SentClaim]:
    """Those of the claims that went out; two queries for three hundred of them."""
    for start in range(0, len(claim_ids), _IDS_A_QUERY):
        some = claim_ids[start : start + _IDS_A_QUERY]
        answers = _find_answers(session, some)
        for claim_id, sendings in _find_sendings(session, some).items():
            sent_at, text = sendings[0]
            first = Claim.model_validate_json(text)
            last = first if sendings[-1][1] == text else Claim.model_validate_json(sendings[-1][1])
            yield SentClaim(first, last, sent_at.date(), tuple(answers[claim_id]))


def _find_sendings(session: Session, claim_ids: Sequence[str]) -> dict[str, list[tuple[datetime, str]]]:
    """By claim_id when it was sent, and as what, in order."""
    query = (
        select(ClaimDecisionRow.claim_id, ClaimDecisionRow.decided_at, ClaimRevisionRow.claim)
        .join_from(ClaimDecisionRow, ClaimRevisionRow)
        .where(ClaimDecisionRow.outcome.in_(SENT), ClaimDecisionRow.claim_id.in_(claim_ids))
        .order_by(ClaimDecisionRow.claim_id, ClaimDecisionRow.position)
    )
    found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for claim_id, sent_at, text in session.execute(query):
        found[claim_id].append((sent_at, text))
    return found


def _find_answers(session: Session, claim_ids: Sequence[str]) -> dict[str, list[Remittance]]:
    query = (
        select(RemittanceRow.content)
        .where(RemittanceRow.claim_id.in_(claim_ids))
        .order_by(RemittanceRow.claim_id, RemittanceRow.adjudicated_on, RemittanceRow.sha256)
    )
    found: dict[str, list[Remittance]] = defaultdict(list)
    for text in session.scalars(query):
        answer = Remittance.model_validate_json(text)
        found[answer.claim_id].append(answer)
    for answers in found.values():
        answers.sort(key=lambda answer: (answer.adjudicated_on, not answer.is_reversal))
    return found
