"""Tables: who is told, and of what."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, SmallInteger, Table

from handschlag.gateway.storage.schema.columns import bytes_column, metadata, text_column, time_column

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    text_column("app_id"),
    text_column("object"),
    text_column("callback_url"),
    text_column("verify_token"),
    text_column("fields"),
    Column("merge", SmallInteger, nullable=False),
    time_column("created_at"),
    Index("subscriptions_by_app", "app_id"),
)

webhook_queue = Table(
    "webhook_queue",
    metadata,
    Column("subscription", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("lane", Integer, nullable=False),
    bytes_column("entry"),
    Column("attempts", SmallInteger, nullable=False),
    time_column("next_try"),
    time_column("created_at"),
    PrimaryKeyConstraint("subscription", "sequence"),
)
