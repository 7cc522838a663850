"""Claims that went out elsewhere and come in by files, many at a time.

They are stored as submitted, dated by what they say: training as of a past day sees what was sent by then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.audit import Details
from data.canonical import canonical_json, sha256_hex
from data.claims import Claim
from data.decisions import ClaimDecision, ClaimOutcome
from data.reviews import UNREVIEWED, ClaimReview, DenialRisk, Disposition, Support
from data.store.audit import append_event
from data.store.claims import ClaimState
from data.store.locks import lock_until_commit
from data.store.tables import Base, ClaimDecisionRow, ClaimRevisionRow, ClaimRow

# SQLite takes 32,766 parameters a statement; one in a hundred of them keeps the plans small.
_IDS_A_QUERY = 300
_SUBMITTED_TEXT = canonical_json(ClaimDecision(outcome=ClaimOutcome.SUBMITTED))
# What came in by a file was sent by it, whatever its payer said since.
_SENT_STATES = (ClaimState.SUBMITTED.value, ClaimState.REJECTED.value)
_NOON = time(12, tzinfo=UTC)


@dataclass(slots=True)
class Kept:
    """How many were new, how many said something new of what was there, and how many were known."""

    new: int = 0
    changed: int = 0
    known: int = 0

    def add(self, other: "Kept") -> None:
        self.new, self.changed, self.known = (
            self.new + other.new,
            self.changed + other.changed,
            self.known + other.known,
        )


@dataclass(slots=True)
class _Stored:
    """A claim that is there: the texts of its revisions, oldest first, and its head, None while it is not inserted."""

    head: ClaimRow | None
    claim: Claim | None = None
    revision: int = 0
    decisions: int = 0
    texts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Rows:
    """What is to be inserted."""

    stored: list[_Stored] = field(default_factory=list)
    revisions: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)


def keep_submitted_claims(session: Session, claims: Sequence[Claim], *, by: str, at: datetime) -> Kept:
    """Each claim as its next revision, unless one of its revisions is the same; a draft of ours is thereby sent."""
    lock_until_commit(session, "imported claims")
    kept, rows = Kept(), _Rows()
    stored = _find_stored(session, sorted({claim.claim_id for claim in claims}))
    for claim in claims:
        if claim.claim_id in stored:
            _keep_again(stored[claim.claim_id], claim, rows, kept, by=by, at=at)
        else:
            stored[claim.claim_id] = _keep_new(claim, rows, by=by, at=at)
            kept.new += 1
    _insert(session, rows, by=by, at=at)
    if rows.decisions:
        digest = sha256_hex("\n".join(row["sha256"] for row in rows.revisions))
        details: Details = {"new": kept.new, "changed": kept.changed, "sha256": digest}
        append_event(session, "claims.imported", actor=by, subject="x12", at=at, details=details)
    return kept


def at_noon(day: date, *, until: datetime) -> datetime:
    """The moment that stands for a day in a file; never later than the import itself."""
    return min(datetime.combine(day, _NOON), until)


def _keep_new(claim: Claim, rows: _Rows, *, by: str, at: datetime) -> _Stored:
    stored = _Stored(None)
    _add_revision(stored, claim, canonical_json(claim), rows, by=by, at=at)
    _add_decision(stored, claim, rows, by=by, at=at)
    rows.stored.append(stored)
    return stored


def _keep_again(stored: _Stored, claim: Claim, rows: _Rows, kept: Kept, *, by: str, at: datetime) -> None:
    carried = _carry_over(claim, stored)
    text = canonical_json(carried)
    is_sent = stored.head is None or stored.head.state in _SENT_STATES
    is_same = text in stored.texts if is_sent else text == stored.texts[-1]
    if is_same and is_sent:
        kept.known += 1
        return
    if not is_same:
        _add_revision(stored, carried, text, rows, by=by, at=at)
    _add_decision(stored, carried, rows, by=by, at=at)
    if stored.head is not None:
        _advance(stored.head, stored, carried, at)
    kept.changed += 1


def _advance(head: ClaimRow, stored: _Stored, claim: Claim, at: datetime) -> None:
    head.revision, head.decisions, head.version = stored.revision, stored.decisions, head.version + 1
    head.state, head.priority, head.is_done = ClaimState.SUBMITTED.value, 0, True
    head.payer_id, head.charge_cents, head.updated_at = claim.payer.payer_id, claim.charge_cents, at


def _carry_over(claim: Claim, stored: _Stored) -> Claim:
    """What no 837 says, and what is known here, stays."""
    before = Claim.model_validate_json(stored.texts[-1])
    patient = claim.patient.model_copy(update={"status": before.patient.status})
    return claim.model_copy(update={"encounter_id": before.encounter_id, "patient": patient})


def _add_revision(stored: _Stored, claim: Claim, text: str, rows: _Rows, *, by: str, at: datetime) -> None:
    stored.claim, stored.revision = claim, stored.revision + 1
    stored.texts.append(text)
    review = _unreviewed_text(claim.claim_id)
    rows.revisions.append(
        {
            "claim_id": claim.claim_id,
            "revision": stored.revision,
            "model_version": UNREVIEWED,
            "claim": text,
            "review": review,
            "sha256": sha256_hex(f"{text}\n{review}"),
            "created_by": by,
            "created_at": at,
        }
    )


def _add_decision(stored: _Stored, claim: Claim, rows: _Rows, *, by: str, at: datetime) -> None:
    sent_at = at_noon(claim.prepared_on, until=at)
    rows.decisions.append(
        {
            "decision_id": sha256_hex(f"{claim.claim_id}\n{stored.decisions}\n{by}\n{sent_at.isoformat()}")[:32],
            "claim_id": claim.claim_id,
            "position": stored.decisions,
            "revision": stored.revision,
            "outcome": ClaimOutcome.SUBMITTED.value,
            "decided_by": by,
            "decided_at": sent_at,
            "content": _SUBMITTED_TEXT,
        }
    )
    stored.decisions += 1


def _unreviewed_text(claim_id: str) -> str:
    return _UNREVIEWED_TEXT.replace(_ANY_ID, canonical_json(claim_id), 1)


def _make_unreviewed() -> ClaimReview:
    return ClaimReview(
        claim_id="any",
        model_version=UNREVIEWED,
        risk=DenialRisk(
            probability=0.0,
            expected_loss_cents=0,
            support=Support(similar_claims=0, is_low=True),
            operating_point="balanced",
        ),
        disposition=Disposition.RELEASE,
    )


_ANY_ID = canonical_json("any")
_UNREVIEWED_TEXT = canonical_json(_make_unreviewed())


def _find_stored(session: Session, claim_ids: Sequence[str]) -> dict[str, _Stored]:
    found: dict[str, _Stored] = {}
    for some in _in_parts(claim_ids):
        for head in session.scalars(select(ClaimRow).where(ClaimRow.claim_id.in_(some)).with_for_update()):
            found[head.claim_id] = _Stored(head, revision=head.revision, decisions=head.decisions)
        if not found:
            continue
        texts = (
            select(ClaimRevisionRow.claim_id, ClaimRevisionRow.claim)
            .where(ClaimRevisionRow.claim_id.in_(some))
            .order_by(ClaimRevisionRow.claim_id, ClaimRevisionRow.revision)
        )
        for claim_id, text in session.execute(texts):
            found[claim_id].texts.append(text)
    return found


def _in_parts(claim_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(claim_ids), _IDS_A_QUERY):
        yield claim_ids[start : start + _IDS_A_QUERY]


def _insert(session: Session, rows: _Rows, *, by: str, at: datetime) -> None:
    """Heads first: the others refer to them. The same claim may have come twice, so heads are made last."""
    session.flush()
    connection = session.connection()
    heads = [_to_head(one, one.claim, by, at) for one in rows.stored if one.claim is not None]
    for table, values in ((ClaimRow, heads), (ClaimRevisionRow, rows.revisions), (ClaimDecisionRow, rows.decisions)):
        if values:
            connection.execute(insert(Base.metadata.tables[table.__tablename__]), values)


def _to_head(stored: _Stored, claim: Claim, by: str, at: datetime) -> dict[str, Any]:
    return {
        "claim_id": claim.claim_id,
        "payer_id": claim.payer.payer_id,
        "encounter_id": claim.encounter_id,
        "charge_cents": claim.charge_cents,
        "revision": stored.revision,
        "decisions": stored.decisions,
        "state": ClaimState.SUBMITTED.value,
        "priority": 0,
        "is_done": True,
        "denial_probability": 0.0,
        "expected_loss_cents": 0,
        "version": 1,
        "created_by": by,
        "created_at": at,
        "updated_at": at,
    }
