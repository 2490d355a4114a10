"""Erasure: which accounts were erased, as keyed hashes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_accounts",
        sa.Column("account_hash", sa.Text(), primary_key=True),
        sa.Column("erased_at", sa.Float(53), nullable=False),
    )
