"""Probes of automation bias."""

import sqlalchemy as sa
from alembic import op

from data.store.migrations.append_only import refuse_changes

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "probes",
        sa.Column("encounter_id", _text(128), nullable=False),
        sa.Column("planted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("encounter_id", name="pk_probes"),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.encounter_id"], name="fk_probes_encounter_id_encounters"
        ),
    )
    op.create_index("ix_probes_planted_at", "probes", ["planted_at"])
    refuse_changes("probes", ("encounter_id",))
