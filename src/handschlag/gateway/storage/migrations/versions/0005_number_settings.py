"""Number settings, short links, block list, answers given again, and what a token may do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ALL_SCOPES = "whatsapp_business_management,whatsapp_business_messaging"


def upgrade() -> None:
    op.create_table(
        "number_settings",
        sa.Column("company", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("company"),
    )
    op.create_table(
        "message_links",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("company", sa.Integer(), nullable=False),
        sa.Column("prefilled_message", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    with op.batch_alter_table("message_links", schema=None) as batch_op:
        batch_op.create_index("message_links_by_company", ["company", "created_at"], unique=False)
    op.create_table(
        "blocked_customers",
        sa.Column("company", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wa_id", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("blocked_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("company", "name"),
    )
    op.create_table(
        "idempotent_answers",
        sa.Column("company", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("failure", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("company", "key"),
    )
    with op.batch_alter_table("idempotent_answers", schema=None) as batch_op:
        batch_op.create_index("idempotent_answers_by_age", ["answered_at"], unique=False)
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scopes", sa.Text(), server_default=_ALL_SCOPES, nullable=False))
