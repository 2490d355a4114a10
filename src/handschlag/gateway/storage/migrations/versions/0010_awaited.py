"""Awaited envelopes: what did not open and was asked for again, by customer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "awaited",
        sa.Column("company", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("attempts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("company", "account"),
    )
