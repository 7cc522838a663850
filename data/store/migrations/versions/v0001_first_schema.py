"""The first schema."""

import sqlalchemy as sa
from alembic import op

from data.store.migrations.append_only import (
    create_refusal,
    refuse_changes,
    refuse_column_changes,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


NAME = _text(128)
SHA256 = _text(64)
WORD = sa.String(32)


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column(
            "sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("actor", NAME, nullable=False),
        sa.Column("subject", NAME, nullable=False),
        sa.Column("at", _text(27), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous_hash", SHA256, nullable=False),
        sa.Column("hash", SHA256, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit_events"),
        sa.UniqueConstraint("hash", name="uq_audit_events_hash"),
    )
    op.create_index("ix_audit_events_actor", "audit_events", ["actor"])
    op.create_index("ix_audit_events_kind", "audit_events", ["kind"])
    op.create_index("ix_audit_events_subject", "audit_events", ["subject"])

    op.create_table(
        "claims",
        sa.Column("claim_id", NAME, nullable=False),
        sa.Column("payer_id", NAME, nullable=False),
        sa.Column("encounter_id", NAME, nullable=True),
        sa.Column("charge_cents", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("denial_probability", sa.Double(), nullable=False),
        sa.Column("expected_loss_cents", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", NAME, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", name="pk_claims"),
    )
    op.create_index("ix_claims_encounter_id", "claims", ["encounter_id"])
    op.create_index(
        "ix_claims_is_done_priority_expected_loss_cents_claim_id",
        "claims",
        ["is_done", "priority", "expected_loss_cents", "claim_id"],
    )
    op.create_index("ix_claims_payer_id", "claims", ["payer_id"])

    op.create_table(
        "encounters",
        sa.Column("encounter_id", NAME, nullable=False),
        sa.Column("profile", WORD, nullable=False),
        sa.Column("setting", WORD, nullable=False),
        sa.Column("date_of_service", sa.Date(), nullable=False),
        sa.Column("payer_id", NAME, nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("undecided", sa.Integer(), nullable=False),
        sa.Column("lowest_probability", sa.Double(), nullable=False),
        sa.Column("is_decided", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", NAME, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("encounter_id", name="pk_encounters"),
    )
    op.create_index(
        "ix_encounters_is_decided_created_at_encounter_id", "encounters", ["is_decided", "created_at", "encounter_id"]
    )
    op.create_index(
        "ix_encounters_is_decided_lowest_probability_encounter_id",
        "encounters",
        ["is_decided", "lowest_probability", "encounter_id"],
    )

    op.create_table(
        "idempotency_records",
        sa.Column("user_name", NAME, nullable=False),
        sa.Column("key", _text(255), nullable=False),
        sa.Column("route", _text(255), nullable=False),
        sa.Column("body_sha256", SHA256, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_name", "key", "route", name="pk_idempotency_records"),
    )
    op.create_index("ix_idempotency_records_created_at", "idempotency_records", ["created_at"])

    op.create_table(
        "remittances",
        sa.Column("claim_id", NAME, nullable=False),
        sa.Column("sha256", SHA256, nullable=False),
        sa.Column("adjudicated_on", sa.Date(), nullable=False),
        sa.Column("received_by", NAME, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "sha256", name="pk_remittances"),
    )
    op.create_index("ix_remittances_received_at", "remittances", ["received_at"])

    op.create_table(
        "users",
        sa.Column("name", NAME, nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_users"),
    )
    op.create_table(
        "access_tokens",
        sa.Column("token_sha256", SHA256, nullable=False),
        sa.Column("prefix", WORD, nullable=False),
        sa.Column("user_name", NAME, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_name"], ["users.name"], name="fk_access_tokens_user_name_users"),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_access_tokens"),
    )
    op.create_index("ix_access_tokens_user_name", "access_tokens", ["user_name"])

    op.create_table(
        "browser_sessions",
        sa.Column("token_sha256", SHA256, nullable=False),
        sa.Column("user_name", NAME, nullable=False),
        sa.Column("csrf_secret", SHA256, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_name"], ["users.name"], name="fk_browser_sessions_user_name_users"),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_browser_sessions"),
    )
    op.create_index("ix_browser_sessions_user_name", "browser_sessions", ["user_name"])

    op.create_table(
        "claim_revisions",
        sa.Column("claim_id", NAME, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("model_version", NAME, nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("sha256", SHA256, nullable=False),
        sa.Column("created_by", NAME, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim_id"], name="fk_claim_revisions_claim_id_claims"),
        sa.PrimaryKeyConstraint("claim_id", "revision", name="pk_claim_revisions"),
    )
    op.create_table(
        "notes",
        sa.Column("encounter_id", NAME, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document_id", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", SHA256, nullable=False),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounters.encounter_id"], name="fk_notes_encounter_id_encounters"),
        sa.PrimaryKeyConstraint("encounter_id", "position", name="pk_notes"),
        sa.UniqueConstraint("encounter_id", "document_id", name="uq_notes_encounter_id_document_id"),
    )
    op.create_table(
        "suggestion_sets",
        sa.Column("encounter_id", NAME, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("suggestion_set_id", NAME, nullable=False),
        sa.Column("model_version", NAME, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", SHA256, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.encounter_id"], name="fk_suggestion_sets_encounter_id_encounters"
        ),
        sa.PrimaryKeyConstraint("encounter_id", "position", name="pk_suggestion_sets"),
        sa.UniqueConstraint(
            "encounter_id", "suggestion_set_id", name="uq_suggestion_sets_encounter_id_suggestion_set_id"
        ),
    )
    op.create_table(
        "claim_decisions",
        sa.Column("decision_id", NAME, nullable=False),
        sa.Column("claim_id", NAME, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("decided_by", NAME, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id", "revision"],
            ["claim_revisions.claim_id", "claim_revisions.revision"],
            name="fk_claim_decisions_claim_id_revision_claim_revisions",
        ),
        sa.PrimaryKeyConstraint("decision_id", name="pk_claim_decisions"),
        sa.UniqueConstraint("claim_id", "position", name="uq_claim_decisions_claim_id_position"),
    )
    op.create_index(
        "ix_claim_decisions_decided_at_claim_id_position", "claim_decisions", ["decided_at", "claim_id", "position"]
    )

    op.create_table(
        "decisions",
        sa.Column("decision_id", NAME, nullable=False),
        sa.Column("encounter_id", NAME, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("encounter_version", sa.Integer(), nullable=False),
        sa.Column("suggestion_set_id", NAME, nullable=False),
        sa.Column("suggestion_id", NAME, nullable=True),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("system", WORD, nullable=False),
        sa.Column("code", WORD, nullable=False),
        sa.Column("decided_by", NAME, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter_id", "suggestion_set_id"],
            ["suggestion_sets.encounter_id", "suggestion_sets.suggestion_set_id"],
            name="fk_decisions_encounter_id_suggestion_set_id_suggestion_sets",
        ),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.encounter_id"], name="fk_decisions_encounter_id_encounters"
        ),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decisions"),
        sa.UniqueConstraint("encounter_id", "position", name="uq_decisions_encounter_id_position"),
    )
    op.create_index(
        "ix_decisions_decided_at_encounter_id_position", "decisions", ["decided_at", "encounter_id", "position"]
    )
    create_refusal()
    refuse_changes("notes", ("encounter_id", "position"), ("encounter_id", "document_id"))
    refuse_changes("suggestion_sets", ("encounter_id", "position"), ("encounter_id", "suggestion_set_id"))
    refuse_changes("decisions", ("decision_id",), ("encounter_id", "position"))
    refuse_changes("claim_revisions", ("claim_id", "revision"))
    refuse_changes("claim_decisions", ("decision_id",), ("claim_id", "position"))
    refuse_changes("remittances", ("claim_id", "sha256"))
    refuse_changes("audit_events", ("sequence",), ("hash",))
    refuse_column_changes(
        "encounters", ("encounter_id", "profile", "date_of_service", "content", "created_by", "created_at")
    )
    refuse_column_changes("claims", ("claim_id", "created_by", "created_at"))
