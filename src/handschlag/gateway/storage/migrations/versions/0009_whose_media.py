"""Whose media: of a received file the customer who sent it, so that it goes when they do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media", sa.Column("customer", sa.Text(), nullable=True))
