"""The log of all decisions, of coders and of billers, in one shape."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.store.tables import ClaimDecisionRow, ClaimRevisionRow, DecisionRow, SuggestionSetRow


class LoggedDecision(NamedTuple):
    """`saw` is the version of the encounter, or the revision of the claim, that was decided on."""

    kind: str
    subject_id: str
    position: int
    decision_id: str
    outcome: str
    decided_by: str
    decided_at: datetime
    saw: int
    suggestion_id: str | None
    model_version: str
    decision: str


def iter_decision_log(session: Session, as_of: datetime) -> Iterator[LoggedDecision]:
    """What was decided before `as_of`, by kind, subject and position."""
    yield from _iter_claim_decisions(session, as_of)
    yield from _iter_coding_decisions(session, as_of)


def _iter_coding_decisions(session: Session, as_of: datetime) -> Iterator[LoggedDecision]:
    query = (
        select(DecisionRow, SuggestionSetRow.model_version)
        .join(
            SuggestionSetRow,
            (SuggestionSetRow.encounter_id == DecisionRow.encounter_id)
            & (SuggestionSetRow.suggestion_set_id == DecisionRow.suggestion_set_id),
        )
        .where(DecisionRow.decided_at < as_of)
        .order_by(DecisionRow.encounter_id, DecisionRow.position)
    )
    for row, model_version in session.execute(query.execution_options(yield_per=1000)):
        yield LoggedDecision(
            kind="coding",
            subject_id=row.encounter_id,
            position=row.position,
            decision_id=row.decision_id,
            outcome=row.outcome,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            saw=row.encounter_version,
            suggestion_id=row.suggestion_id,
            model_version=model_version,
            decision=row.content,
        )


def _iter_claim_decisions(session: Session, as_of: datetime) -> Iterator[LoggedDecision]:
    query = (
        select(ClaimDecisionRow, ClaimRevisionRow.model_version)
        .join_from(ClaimDecisionRow, ClaimRevisionRow)
        .where(ClaimDecisionRow.decided_at < as_of)
        .order_by(ClaimDecisionRow.claim_id, ClaimDecisionRow.position)
    )
    for row, model_version in session.execute(query.execution_options(yield_per=1000)):
        yield LoggedDecision(
            kind="claim",
            subject_id=row.claim_id,
            position=row.position,
            decision_id=row.decision_id,
            outcome=row.outcome,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            saw=row.revision,
            suggestion_id=None,
            model_version=model_version,
            decision=row.content,
        )
