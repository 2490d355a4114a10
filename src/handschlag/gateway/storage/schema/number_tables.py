"""Tables: what a company set for its number, its short links, whom it blocked, and answers that are given again."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from handschlag.gateway.storage.schema.columns import bytes_column, company_column, metadata, text_column, time_column

number_settings = Table(
    "number_settings",
    metadata,
    Column("company", Integer, primary_key=True, autoincrement=False),
    text_column("settings"),
    Column("picture", LargeBinary, nullable=True),
)

message_links = Table(
    "message_links",
    metadata,
    text_column("code"),
    company_column(),
    text_column("prefilled_message"),
    time_column("created_at"),
    PrimaryKeyConstraint("code"),
    Index("message_links_by_company", "company", "created_at"),
)

blocked_customers = Table(
    "blocked_customers",
    metadata,
    company_column(),
    text_column("name"),
    text_column("wa_id", null=True),
    text_column("user_id", null=True),
    time_column("blocked_at"),
    PrimaryKeyConstraint("company", "name"),
)

idempotent_answers = Table(
    "idempotent_answers",
    metadata,
    company_column(),
    text_column("key"),
    bytes_column("request"),
    Column("failure", Integer, nullable=False),
    bytes_column("answer"),
    time_column("answered_at"),
    PrimaryKeyConstraint("company", "key"),
    Index("idempotent_answers_by_age", "answered_at"),
)
