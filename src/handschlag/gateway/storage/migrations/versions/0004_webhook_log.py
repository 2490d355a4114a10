"""Webhook log, callbacks of accounts and numbers, events to be read by cursor, replays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("subscriptions") as table:
        table.add_column(sa.Column("target", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("delivery", sa.Text(), nullable=False, server_default="callback"))
    with op.batch_alter_table("webhook_queue") as table:
        # What waits from before is of the only field that comes often; it is told as it was stored.
        table.add_column(sa.Column("field", sa.Text(), nullable=False, server_default="messages"))
    op.create_table(
        "webhook_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("subscription", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("callback_url", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.Float(53), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("duration_ms", sa.Float(53), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("entry", sa.LargeBinary(), nullable=True),
    )
    op.create_index("webhook_log_by_subscription", "webhook_log", ["subscription", "id"])
    op.create_table(
        "webhook_replays",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("subscription", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("webhook_replays")
    op.drop_index("webhook_log_by_subscription", "webhook_log")
    op.drop_table("webhook_log")
    with op.batch_alter_table("webhook_queue") as table:
        table.drop_column("field")
    with op.batch_alter_table("subscriptions") as table:
        table.drop_column("delivery")
        table.drop_column("target")
