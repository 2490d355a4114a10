"""Template life."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("templates") as batch_op:
        batch_op.add_column(sa.Column("ttl", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("parameter_format", sa.Text(), server_default="POSITIONAL", nullable=False))
        batch_op.add_column(sa.Column("library_name", sa.Text(), server_default="", nullable=False))
