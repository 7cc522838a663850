"""Claims with their reviews and what billers decided. A claim changes by revisions; every revision is kept."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.audit import Details
from data.canonical import canonical_json, sha256_hex
from data.claims import Claim
from data.deadlines import Contracts
from data.decisions import ClaimDecision, ClaimOutcome, RecordedClaimDecision
from data.denials import find_refusals
from data.noun import Identifier, Noun, Positive, UtcTime
from data.program import program_digest
from data.reviews import ClaimReview, Disposition
from data.store.audit import append_event
from data.store.encounter_rows import digest_id
from data.store.errors import (
    AlreadyExistsError,
    MismatchError,
    NotDeniedError,
    NotFoundError,
    StaleVersionError,
    SubmittedError,
)
from data.store.remittances import find_remittances
from data.store.tables import ClaimDecisionRow, ClaimRevisionRow, ClaimRow

NO_CONTRACTS = Contracts()
SENT = (ClaimOutcome.SUBMITTED.value, ClaimOutcome.RELEASED.value, ClaimOutcome.OVERRIDDEN.value)


class ClaimState(StrEnum):
    """held, ready and rejected wait for a biller; released (also by an override) and submitted are off the worklist.

    rejected went out and was not taken in: it is put right and sent again.
    """

    HELD = "held"
    READY = "ready"
    RELEASED = "released"
    SUBMITTED = "submitted"
    REJECTED = "rejected"


OUT = (ClaimState.RELEASED.value, ClaimState.SUBMITTED.value)


class StoredClaim(Noun):
    """`version` changes with every write, `revision` only with the claim itself."""

    claim: Claim
    review: ClaimReview
    decisions: tuple[RecordedClaimDecision, ...] = ()
    state: ClaimState
    revision: Positive
    version: Positive
    created_by: Identifier
    created_at: UtcTime


class SubmittedClaim(NamedTuple):
    """A claim as it went out, with the review that the biller saw."""

    claim: Claim
    review: ClaimReview
    outcome: ClaimOutcome
    decision_id: str
    submitted_at: datetime


def add_claim(
    session: Session, claim: Claim, review: ClaimReview, *, by: str, at: datetime, contracts: Contracts = NO_CONTRACTS
) -> StoredClaim:
    """Raises AlreadyExistsError when the claim_id is taken."""
    _check(claim, review)
    if session.get(ClaimRow, claim.claim_id) is not None:
        raise AlreadyExistsError("claim")
    row = ClaimRow(claim_id=claim.claim_id, revision=1, decisions=0, version=1, created_by=by, created_at=at)
    _set_content(row, claim, review, at, contracts)
    try:
        session.add(row)
        session.flush()
    except IntegrityError:
        raise AlreadyExistsError("claim") from None
    _add_revision(session, row, claim, review, by=by, at=at)
    return get_claim(session, claim.claim_id)


def get_claim(session: Session, claim_id: str) -> StoredClaim:
    """The current revision, with the decisions on all of them. Raises NotFoundError."""
    row = session.get(ClaimRow, claim_id, populate_existing=True)
    if row is None:
        raise NotFoundError("claim")
    current = session.get_one(ClaimRevisionRow, (claim_id, row.revision))
    return StoredClaim(
        claim=Claim.model_validate_json(current.claim),
        review=ClaimReview.model_validate_json(current.review),
        decisions=tuple(_find_decisions(session, claim_id)),
        state=ClaimState(row.state),
        revision=row.revision,
        version=row.version,
        created_by=row.created_by,
        created_at=row.created_at,
    )


def replace_claim(
    session: Session,
    claim: Claim,
    review: ClaimReview,
    *,
    by: str,
    at: datetime,
    expected_version: int,
    contracts: Contracts = NO_CONTRACTS,
) -> StoredClaim:
    """Stores the next revision, which starts undecided. Raises NotFoundError, StaleVersionError,
    SubmittedError or MismatchError."""
    _check(claim, review)
    row = _lock(session, claim.claim_id)
    _check_version(row, expected_version)
    _check_open(row)
    row.revision, row.version = row.revision + 1, row.version + 1
    _set_content(row, claim, review, at, contracts)
    _add_revision(session, row, claim, review, by=by, at=at)
    return get_claim(session, claim.claim_id)


def append_claim_decision(
    session: Session,
    claim_id: str,
    decision: ClaimDecision,
    *,
    by: str,
    at: datetime,
    expected_version: int | None = None,
) -> StoredClaim:
    """Without `expected_version` it is about the current revision. Raises NotFoundError, StaleVersionError,
    SubmittedError, NotDeniedError or MismatchError."""
    row = _lock(session, claim_id)
    if expected_version is not None:
        _check_version(row, expected_version)
    revision = session.get_one(ClaimRevisionRow, (claim_id, row.revision))
    if decision.outcome is ClaimOutcome.APPEALED:
        _check_denied(session, Claim.model_validate_json(revision.claim))
    elif decision.outcome is ClaimOutcome.REJECTED:
        _check_out(row)
    else:
        _check_open(row)
    appended = _to_decision_row(row, decision, by=by, at=at)
    session.add(appended)
    set_state(row, _state_after(decision.outcome, ClaimReview.model_validate_json(revision.review)))
    row.decisions, row.version, row.updated_at = row.decisions + 1, row.version + 1, at
    session.flush()
    details: Details = {"version": row.version, "revision": row.revision, "decision": appended.decision_id}
    append_event(session, "claim.decided", actor=by, subject=claim_id, at=at, details=details)
    return get_claim(session, claim_id)


def _check_open(row: ClaimRow) -> None:
    if row.state == ClaimState.SUBMITTED:
        raise SubmittedError


def _check_out(row: ClaimRow) -> None:
    if row.state not in OUT:
        raise MismatchError("only a claim that went out can be rejected")


def _check_denied(session: Session, claim: Claim) -> None:
    if not any(refusal.can_appeal for refusal in find_refusals(claim, find_remittances(session, claim.claim_id))):
        raise NotDeniedError


def last_day(contracts: Contracts, claim: Claim) -> date:
    """For filing; the last day of all where no limit is known."""
    deadline = contracts.file_by(claim)
    return deadline.day if deadline else date.max


def iter_submitted(session: Session, as_of: datetime) -> Iterator[SubmittedClaim]:
    """Each claim as it first went out before `as_of`, in order of claim_id."""
    query = (
        select(ClaimDecisionRow, ClaimRevisionRow)
        .join_from(ClaimDecisionRow, ClaimRevisionRow)
        .where(ClaimDecisionRow.outcome.in_(SENT), ClaimDecisionRow.decided_at < as_of)
        .order_by(ClaimDecisionRow.claim_id, ClaimDecisionRow.position)
    )
    seen = None
    for decision, revision in session.execute(query.execution_options(yield_per=500)):
        if decision.claim_id != seen:
            yield SubmittedClaim(
                claim=Claim.model_validate_json(revision.claim),
                review=ClaimReview.model_validate_json(revision.review),
                outcome=ClaimOutcome(decision.outcome),
                decision_id=decision.decision_id,
                submitted_at=decision.decided_at,
            )
        seen = decision.claim_id


def _check(claim: Claim, review: ClaimReview) -> None:
    if review.claim_id != claim.claim_id:
        raise MismatchError("the review is of another claim")


def _check_version(row: ClaimRow, expected: int) -> None:
    if row.version != expected:
        raise StaleVersionError(expected=expected, current=row.version)


def _lock(session: Session, claim_id: str) -> ClaimRow:
    row = session.get(ClaimRow, claim_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError("claim")
    return row


def _set_content(row: ClaimRow, claim: Claim, review: ClaimReview, at: datetime, contracts: Contracts) -> None:
    row.file_by = last_day(contracts, claim)
    row.payer_id, row.encounter_id = claim.payer.payer_id, claim.encounter_id
    row.charge_cents, row.updated_at = claim.charge_cents, at
    row.denial_probability, row.expected_loss_cents = review.risk.probability, review.risk.expected_loss_cents
    set_state(row, _state_after(None, review))


def set_state(row: ClaimRow, state: ClaimState) -> None:
    row.state = state.value
    row.priority = int(state in (ClaimState.HELD, ClaimState.REJECTED))
    row.is_done = state.value in OUT


def _state_after(outcome: ClaimOutcome | None, review: ClaimReview) -> ClaimState:
    match outcome:
        case ClaimOutcome.SUBMITTED | ClaimOutcome.APPEALED:
            return ClaimState.SUBMITTED
        case ClaimOutcome.RELEASED | ClaimOutcome.OVERRIDDEN:
            return ClaimState.RELEASED
        case ClaimOutcome.HELD:
            return ClaimState.HELD
        case ClaimOutcome.REJECTED:
            return ClaimState.REJECTED
        case ClaimOutcome.FIXED | None:
            return ClaimState.HELD if review.disposition is Disposition.HOLD else ClaimState.READY


def _add_revision(session: Session, row: ClaimRow, claim: Claim, review: ClaimReview, *, by: str, at: datetime) -> None:
    texts = canonical_json(claim), canonical_json(review)
    revision = ClaimRevisionRow(
        claim_id=claim.claim_id,
        revision=row.revision,
        model_version=review.model_version,
        claim=texts[0],
        review=texts[1],
        sha256=sha256_hex("\n".join(texts)),
        created_by=by,
        created_at=at,
    )
    session.add(revision)
    session.flush()
    kind = "claim.stored" if row.revision == 1 else "claim.replaced"
    details: Details = {
        "revision": row.revision,
        "version": row.version,
        "sha256": revision.sha256,
        "model_version": review.model_version,
        "program": program_digest(),
    }
    append_event(session, kind, actor=by, subject=claim.claim_id, at=at, details=details)


def _to_decision_row(row: ClaimRow, decision: ClaimDecision, *, by: str, at: datetime) -> ClaimDecisionRow:
    return ClaimDecisionRow(
        decision_id=digest_id(row.claim_id, row.decisions, decision, by, at),
        claim_id=row.claim_id,
        position=row.decisions,
        revision=row.revision,
        outcome=decision.outcome.value,
        decided_by=by,
        decided_at=at,
        content=canonical_json(decision),
    )


def _find_decisions(session: Session, claim_id: str) -> Iterator[RecordedClaimDecision]:
    query = select(ClaimDecisionRow).where(ClaimDecisionRow.claim_id == claim_id).order_by(ClaimDecisionRow.position)
    for row in session.scalars(query):
        yield RecordedClaimDecision(
            decision_id=row.decision_id,
            decision=ClaimDecision.model_validate_json(row.content),
            revision=row.revision,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
        )
