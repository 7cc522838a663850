"""Payments, as 835 files bring them."""

import sqlalchemy as sa
from alembic import op

from data.store.migrations.append_only import refuse_changes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "payments",
        sa.Column("sha256", _text(64), nullable=False),
        sa.Column("payment_number", _text(128), nullable=False),
        sa.Column("payer_id", _text(128), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("received_by", _text(128), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_payments"),
    )
    op.create_index("ix_payments_paid_on", "payments", ["paid_on"])
    refuse_changes("payments", ("sha256",))
