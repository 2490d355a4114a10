"""Tables: messages both ways and what is on its way."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, SmallInteger, Table, Text

from handschlag.gateway.storage.schema.columns import bytes_column, company_column, metadata, text_column, time_column

incoming_messages = Table(
    "incoming_messages",
    metadata,
    company_column(),
    text_column("id"),
    text_column("customer"),
    bytes_column("body"),
    time_column("sent_at"),
    time_column("stored_at"),
    Column("read", Boolean, nullable=False),
    PrimaryKeyConstraint("company", "id"),
    Index("incoming_messages_by_customer", "company", "customer", "read", "stored_at"),
    sqlite_with_rowid=False,
)

outgoing_messages = Table(
    "outgoing_messages",
    metadata,
    company_column(),
    text_column("id"),
    text_column("customer"),
    text_column("recipient"),
    text_column("kind"),
    Column("type", Text, nullable=False, server_default="text"),
    text_column("category", null=True),
    bytes_column("body"),
    text_column("salt", null=True),
    text_column("callback_data", null=True),
    Column("attempt", SmallInteger, nullable=False),
    Column("status", SmallInteger, nullable=False),
    time_column("accepted_at"),
    time_column("changed_at"),
    text_column("pricing", null=True),
    Column("failure", Integer, nullable=True),
    PrimaryKeyConstraint("company", "id"),
    sqlite_with_rowid=False,
)

waiting_messages = Table(
    "waiting_messages",
    metadata,
    company_column(),
    text_column("id"),
    text_column("customer"),
    text_column("kind"),
    Column("attempt", SmallInteger, nullable=False),
    bytes_column("body"),
    time_column("created_at"),
    PrimaryKeyConstraint("company", "id", "attempt"),
)

opened_bodies = Table(
    "opened_bodies",
    metadata,
    company_column(),
    text_column("customer"),
    text_column("id"),
    text_column("kind"),
    bytes_column("body"),
    PrimaryKeyConstraint("company", "customer", "id"),
)

# Rows that come and go and are long: inside the tree of their key they would spill over and be moved about (a third more time).
outbox = Table(
    "outbox",
    metadata,
    company_column(),
    text_column("id"),
    Column("attempt", SmallInteger, nullable=False),
    bytes_column("envelope"),
    bytes_column("receipt", null=True),
    PrimaryKeyConstraint("company", "id", "attempt"),
)

messages_awaiting_media = Table(
    "messages_awaiting_media",
    metadata,
    company_column(),
    text_column("id"),
    text_column("customer"),
    bytes_column("files"),
    time_column("created_at"),
    PrimaryKeyConstraint("company", "id"),
)
