"""By when a claim is to be filed, to put the worklist in that order."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claims", sa.Column("file_by", sa.Date(), nullable=False, server_default="9999-12-31"))
    op.create_index("ix_claims_is_done_file_by_claim_id", "claims", ["is_done", "file_by", "claim_id"])
