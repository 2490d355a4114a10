"""Message types."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "messages_awaiting_media",
        sa.Column("company", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("company", "id"),
    )
    with op.batch_alter_table("outgoing_messages") as batch_op:
        batch_op.add_column(sa.Column("type", sa.Text(), server_default="text", nullable=False))
    op.execute("UPDATE outgoing_messages SET type = 'template' WHERE kind = 'template'")
