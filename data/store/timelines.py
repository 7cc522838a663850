"""What happened to a claim or an encounter, in order of time, with what each step changed."""

from collections.abc import Iterator
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.claims import Claim
from data.decisions import ClaimDecision, Decision, RecordedDecision
from data.differences import Difference, find_differences
from data.noun import Identifier, Noun, Positive, UtcTime
from data.remittances import Remittance
from data.reviews import ClaimReview
from data.store.encounters import get_encounter
from data.store.errors import NotFoundError
from data.store.tables import ClaimDecisionRow, ClaimRevisionRow, RemittanceRow


class Step(StrEnum):
    STORED = "stored"
    CHANGED = "changed"
    DECIDED = "decided"
    ANSWERED = "answered"


class ClaimStep(Noun):
    """A revision (stored, changed) with its review, a decision on one, or a payer's answer.

    `changes` are of the claim, against the revision before.
    """

    step: Step
    at: UtcTime
    by: Identifier
    revision: Positive | None = None
    changes: tuple[Difference, ...] = ()
    review: ClaimReview | None = None
    decision: ClaimDecision | None = None
    answer: Remittance | None = None


class ClaimTimeline(Noun):
    claim_id: Identifier
    steps: tuple[ClaimStep, ...]


class EncounterStep(Noun):
    """The first suggestions (stored) or a decision; `changes` are against the decision that it supersedes."""

    step: Step
    at: UtcTime
    by: Identifier
    model_version: str | None = None
    decision_id: Identifier | None = None
    decision: Decision | None = None
    supersedes: Identifier | None = None
    changes: tuple[Difference, ...] = ()


class EncounterTimeline(Noun):
    encounter_id: Identifier
    steps: tuple[EncounterStep, ...]


def read_claim_timeline(session: Session, claim_id: str) -> ClaimTimeline:
    """Raises NotFoundError."""
    steps = [*_iter_revisions(session, claim_id)]
    if not steps:
        raise NotFoundError("claim")
    steps += [*_iter_decisions(session, claim_id), *_iter_answers(session, claim_id)]
    return ClaimTimeline(claim_id=claim_id, steps=tuple(sorted(steps, key=lambda step: step.at)))


def _iter_revisions(session: Session, claim_id: str) -> Iterator[ClaimStep]:
    query = select(ClaimRevisionRow).where(ClaimRevisionRow.claim_id == claim_id).order_by(ClaimRevisionRow.revision)
    before: Claim | None = None
    for row in session.scalars(query):
        claim = Claim.model_validate_json(row.claim)
        yield ClaimStep(
            step=Step.STORED if before is None else Step.CHANGED,
            at=row.created_at,
            by=row.created_by,
            revision=row.revision,
            changes=find_differences(before, claim) if before else (),
            review=ClaimReview.model_validate_json(row.review),
        )
        before = claim


def _iter_decisions(session: Session, claim_id: str) -> Iterator[ClaimStep]:
    query = select(ClaimDecisionRow).where(ClaimDecisionRow.claim_id == claim_id).order_by(ClaimDecisionRow.position)
    for row in session.scalars(query):
        decision = ClaimDecision.model_validate_json(row.content)
        yield ClaimStep(
            step=Step.DECIDED, at=row.decided_at, by=row.decided_by, revision=row.revision, decision=decision
        )


def _iter_answers(session: Session, claim_id: str) -> Iterator[ClaimStep]:
    query = select(RemittanceRow).where(RemittanceRow.claim_id == claim_id)
    for row in session.scalars(query.order_by(RemittanceRow.adjudicated_on, RemittanceRow.sha256)):
        answer = Remittance.model_validate_json(row.content)
        yield ClaimStep(step=Step.ANSWERED, at=row.received_at, by=row.received_by, answer=answer)


def read_encounter_timeline(session: Session, encounter_id: str) -> EncounterTimeline:
    """Raises NotFoundError."""
    stored = get_encounter(session, encounter_id)
    first = EncounterStep(
        step=Step.STORED,
        at=stored.created_at,
        by=stored.created_by,
        model_version=stored.suggestion_set.model_version,
    )
    return EncounterTimeline(encounter_id=encounter_id, steps=(first, *_to_steps(stored.decisions)))


def _to_steps(decisions: tuple[RecordedDecision, ...]) -> Iterator[EncounterStep]:
    standing: dict[tuple[str, ...], RecordedDecision] = {}
    for recorded in decisions:
        before = standing.get(recorded.decision.topic)
        yield EncounterStep(
            step=Step.DECIDED if before is None else Step.CHANGED,
            at=recorded.decided_at,
            by=recorded.decided_by,
            decision_id=recorded.decision_id,
            decision=recorded.decision,
            supersedes=before.decision_id if before else None,
            changes=find_differences(before.decision, recorded.decision) if before else (),
        )
        standing[recorded.decision.topic] = recorded
