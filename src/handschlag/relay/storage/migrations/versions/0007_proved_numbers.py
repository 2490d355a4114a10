"""Proved numbers: open codes, how many were sent on a day; and which companies want to be found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both, an index for an account's number, and a mark for the directory."""
    op.create_table(
        "number_codes",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.Float(53), nullable=False),
        sa.Column("expires_at", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_table(
        "number_code_counts",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "subject"),
    )
    op.create_index("numbers_of_account", "numbers", ["account"])
    op.add_column("companies", sa.Column("listed", sa.Boolean(), nullable=False, server_default="0"))
