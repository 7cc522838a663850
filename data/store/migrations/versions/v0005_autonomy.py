"""Audits that were drawn, and levels of autonomy."""

import sqlalchemy as sa
from alembic import op

from data.store.migrations.append_only import refuse_changes

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "drawn_reviews",
        sa.Column("encounter_id", _text(128), nullable=False),
        sa.Column("is_random", sa.Boolean(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("encounter_id", name="pk_drawn_reviews"),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.encounter_id"], name="fk_drawn_reviews_encounter_id_encounters"
        ),
    )
    op.create_index("ix_drawn_reviews_drawn_at_encounter_id", "drawn_reviews", ["drawn_at", "encounter_id"])
    refuse_changes("drawn_reviews", ("encounter_id",))
    op.create_table(
        "autonomy_changes",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_autonomy_changes"),
    )
    refuse_changes("autonomy_changes", ("position",))
