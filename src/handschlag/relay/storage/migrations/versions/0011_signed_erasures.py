"""Signed erasures: an account's own word for its end, sealed, for its devices that come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("erased_accounts", sa.Column("record", sa.Text(), nullable=True))
