"""Devices: when they were seen, which were removed, and the account's signed list of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("device_list", sa.Text(), nullable=True))
    op.add_column("devices", sa.Column("added_on", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("devices", sa.Column("seen_on", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("devices", sa.Column("removed", sa.Boolean(), nullable=False, server_default="0"))
