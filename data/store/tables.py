"""The tables.

A noun is stored as its canonical JSON (`content`) beside the columns that queries need. `notes`, `suggestion_sets`,
`decisions`, `probes`, `drawn_reviews`, `autonomy_changes`, `claim_revisions`, `claim_decisions`, `remittances`,
`payments` and `audit_events` only ever grow: triggers refuse any change of a row. `encounters` and `claims` are the
heads: they carry the version and the place in the worklists.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from data.store.columns import Moment, Name, Sha256, UtcDateTime, Word, text_key


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class EncounterRow(Base):
    """`content` is the encounter without its documents; `lowest_probability` is over the undecided suggestions."""

    __tablename__ = "encounters"
    __table_args__ = (
        Index(None, "is_decided", "created_at", "encounter_id"),
        Index(None, "is_decided", "lowest_probability", "encounter_id"),
    )

    encounter_id: Mapped[Name] = mapped_column(primary_key=True)
    profile: Mapped[Word]
    setting: Mapped[Word]
    date_of_service: Mapped[date]
    payer_id: Mapped[Name | None]
    content: Mapped[str] = mapped_column(Text)
    undecided: Mapped[int]
    lowest_probability: Mapped[float]
    is_decided: Mapped[bool]
    version: Mapped[int]
    created_by: Mapped[Name]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class NoteRow(Base):
    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("encounter_id", "document_id"),)

    encounter_id: Mapped[Name] = mapped_column(ForeignKey("encounters.encounter_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[Name]
    kind: Mapped[Name]
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[Sha256]


class SuggestionSetRow(Base):
    """What a model answered; position 0 is the first answer for the encounter."""

    __tablename__ = "suggestion_sets"
    __table_args__ = (UniqueConstraint("encounter_id", "suggestion_set_id"),)

    encounter_id: Mapped[Name] = mapped_column(ForeignKey("encounters.encounter_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    suggestion_set_id: Mapped[Name]
    model_version: Mapped[Name]
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[Sha256]
    created_at: Mapped[Moment]


class DecisionRow(Base):
    """`position` counts the decisions of an encounter from 0; `encounter_version` is the one that the coder saw."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("encounter_id", "position"),
        ForeignKeyConstraint(
            ["encounter_id", "suggestion_set_id"],
            ["suggestion_sets.encounter_id", "suggestion_sets.suggestion_set_id"],
        ),
        Index(None, "decided_at", "encounter_id", "position"),
    )

    decision_id: Mapped[Name] = mapped_column(primary_key=True)
    encounter_id: Mapped[Name] = mapped_column(ForeignKey("encounters.encounter_id"))
    position: Mapped[int]
    encounter_version: Mapped[int]
    suggestion_set_id: Mapped[Name]
    suggestion_id: Mapped[Name | None]
    outcome: Mapped[Word]
    system: Mapped[Word]
    code: Mapped[Word]
    decided_by: Mapped[Name]
    decided_at: Mapped[Moment]
    content: Mapped[str] = mapped_column(Text)


class ProbeRow(Base):
    """`content` holds the model's own answer; what the coder saw is in `suggestion_sets`."""

    __tablename__ = "probes"

    encounter_id: Mapped[Name] = mapped_column(ForeignKey("encounters.encounter_id"), primary_key=True)
    planted_at: Mapped[Moment] = mapped_column(index=True)
    content: Mapped[str] = mapped_column(Text)


class DrawnReviewRow(Base):
    """An encounter that somebody else is to decide on again; `is_random` where it was drawn by chance."""

    __tablename__ = "drawn_reviews"
    __table_args__ = (Index(None, "drawn_at", "encounter_id"),)

    encounter_id: Mapped[Name] = mapped_column(ForeignKey("encounters.encounter_id"), primary_key=True)
    is_random: Mapped[bool]
    drawn_at: Mapped[Moment]


class AutonomyChangeRow(Base):
    """`position` counts from 0; the last change of a family stands."""

    __tablename__ = "autonomy_changes"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str] = mapped_column(Text)


class ClaimRow(Base):
    """`priority` is 1 for held claims and 0 for the others; `is_done` takes a claim off the worklist.

    `file_by` is the last day for filing by the contracts known when it was set; the last day of all where none is.
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index(None, "is_done", "priority", "expected_loss_cents", "claim_id"),
        Index(None, "is_done", "file_by", "claim_id"),
    )

    claim_id: Mapped[Name] = mapped_column(primary_key=True)
    payer_id: Mapped[Name] = mapped_column(index=True)
    encounter_id: Mapped[Name | None] = mapped_column(index=True)
    charge_cents: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int]
    decisions: Mapped[int]
    state: Mapped[Word]
    priority: Mapped[int]
    is_done: Mapped[bool]
    denial_probability: Mapped[float]
    expected_loss_cents: Mapped[int] = mapped_column(BigInteger)
    file_by: Mapped[date] = mapped_column(server_default=date.max.isoformat())
    version: Mapped[int]
    created_by: Mapped[Name]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class ClaimRevisionRow(Base):
    """A claim as it stood, with the review that it got; revision 1 is the first."""

    __tablename__ = "claim_revisions"

    claim_id: Mapped[Name] = mapped_column(ForeignKey("claims.claim_id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    model_version: Mapped[Name]
    claim: Mapped[str] = mapped_column(Text)
    review: Mapped[str] = mapped_column(Text)
    sha256: Mapped[Sha256]
    created_by: Mapped[Name]
    created_at: Mapped[Moment]


class ClaimDecisionRow(Base):
    __tablename__ = "claim_decisions"
    __table_args__ = (
        UniqueConstraint("claim_id", "position"),
        ForeignKeyConstraint(["claim_id", "revision"], ["claim_revisions.claim_id", "claim_revisions.revision"]),
        Index(None, "decided_at", "claim_id", "position"),
    )

    decision_id: Mapped[Name] = mapped_column(primary_key=True)
    claim_id: Mapped[Name]
    position: Mapped[int]
    revision: Mapped[int]
    outcome: Mapped[Word]
    decided_by: Mapped[Name]
    decided_at: Mapped[Moment]
    content: Mapped[str] = mapped_column(Text)


class RemittanceRow(Base):
    """A payer's answer; the claim need not be ours, so nothing ties it to `claims`."""

    __tablename__ = "remittances"

    claim_id: Mapped[Name] = mapped_column(primary_key=True)
    sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    adjudicated_on: Mapped[date]
    received_by: Mapped[Name]
    received_at: Mapped[Moment] = mapped_column(index=True)
    content: Mapped[str] = mapped_column(Text)


class PaymentRow(Base):
    """A check or transfer that pays for many claims, with the money that it moves outside any of them."""

    __tablename__ = "payments"

    sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    payment_number: Mapped[Name]
    payer_id: Mapped[Name]
    paid_on: Mapped[date] = mapped_column(index=True)
    received_by: Mapped[Name]
    received_at: Mapped[Moment]
    content: Mapped[str] = mapped_column(Text)


class UserRow(Base):
    __tablename__ = "users"

    name: Mapped[Name] = mapped_column(primary_key=True)
    roles: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    is_disabled: Mapped[bool]
    created_at: Mapped[Moment]


class AccessTokenRow(Base):
    """A bearer token: only its hash is kept, and the first characters to tell tokens apart in a list."""

    __tablename__ = "access_tokens"

    token_sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    prefix: Mapped[Word]
    user_name: Mapped[Name] = mapped_column(ForeignKey("users.name"), index=True)
    issued_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class BrowserSessionRow(Base):
    __tablename__ = "browser_sessions"

    token_sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    user_name: Mapped[Name] = mapped_column(ForeignKey("users.name"), index=True)
    csrf_secret: Mapped[Sha256]
    opened_at: Mapped[Moment]
    expires_at: Mapped[Moment]


class AuditEventRow(Base):
    """`sequence` counts from 1 without gaps; `at` and `details` keep the exact text that was hashed."""

    __tablename__ = "audit_events"

    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    kind: Mapped[Name] = mapped_column(index=True)
    actor: Mapped[Name] = mapped_column(index=True)
    subject: Mapped[Name] = mapped_column(index=True)
    at: Mapped[str] = mapped_column(text_key(27))
    details: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[Sha256]
    hash: Mapped[Sha256] = mapped_column(unique=True)


class IdempotencyRow(Base):
    __tablename__ = "idempotency_records"

    user_name: Mapped[Name] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(text_key(255), primary_key=True)
    route: Mapped[str] = mapped_column(text_key(255), primary_key=True)
    body_sha256: Mapped[Sha256]
    status: Mapped[int]
    headers: Mapped[str] = mapped_column(Text)
    response: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(index=True)
