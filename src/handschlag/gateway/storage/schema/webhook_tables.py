"""Tables: who is told, of what, and how it went."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, PrimaryKeyConstraint, SmallInteger, Table

from handschlag.gateway.storage.schema.columns import bytes_column, metadata, text_column, time_column

# `target` is empty for the app's own endpoints, else the id of the business account or number whose events go elsewhere.
# `delivery` is callback, or cursor: then nobody is called and the events wait to be read.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    text_column("app_id"),
    text_column("target"),
    text_column("delivery"),
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
    text_column("field"),
    bytes_column("entry"),
    Column("attempts", SmallInteger, nullable=False),
    time_column("next_try"),
    time_column("created_at"),
    PrimaryKeyConstraint("subscription", "sequence"),
)

# One row for each attempt. `entry` stands in the row that settled the event; until then it is in webhook_queue.
webhook_log = Table(
    "webhook_log",
    metadata,
    # The row's own number in SQLite: no second tree for the key.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("subscription", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("lane", Integer, nullable=False),
    text_column("app_id"),
    text_column("callback_url"),
    text_column("field"),
    Column("attempt", SmallInteger, nullable=False),
    time_column("at"),
    Column("status", Integer, nullable=True),
    text_column("error", null=True),
    Column("duration_ms", Float(53), nullable=False),
    text_column("headers"),
    bytes_column("answer", null=True),
    bytes_column("entry", null=True),
    Index("webhook_log_by_subscription", "subscription", "id"),
)

# Events that are to be told once more; the running gateway takes them into webhook_queue.
webhook_replays = Table(
    "webhook_replays",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subscription", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("lane", Integer, nullable=False),
    text_column("app_id"),
    text_column("field"),
    bytes_column("entry"),
)
