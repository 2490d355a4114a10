"""Tables: this gateway's devices and whom they talk with."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, PrimaryKeyConstraint, SmallInteger, Table

from handschlag.gateway.storage.schema.columns import bytes_column, company_column, metadata, text_column, time_column

devices = Table(
    "devices",
    metadata,
    Column("company", Integer, primary_key=True, autoincrement=False),
    bytes_column("state"),
    Column("last_event", BigInteger, nullable=False),
)

peers = Table(
    "peers",
    metadata,
    company_column(),
    text_column("account"),
    bytes_column("keys"),
    PrimaryKeyConstraint("company", "account"),
)

sessions = Table(
    "sessions",
    metadata,
    company_column(),
    text_column("account"),
    text_column("device"),
    text_column("session"),
    Column("used", BigInteger, nullable=False),
    text_column("pickle"),
    PrimaryKeyConstraint("company", "account", "device", "session"),
)

opened = Table(
    "opened",
    metadata,
    company_column(),
    text_column("account"),
    text_column("id"),
    Column("attempt", SmallInteger, nullable=False),
    time_column("at"),
    PrimaryKeyConstraint("company", "account", "id"),
    Index("opened_by_age", "at"),
    sqlite_with_rowid=False,
)

awaited = Table(
    "awaited",
    metadata,
    company_column(),
    text_column("account"),
    bytes_column("attempts"),
    PrimaryKeyConstraint("company", "account"),
)

contacts = Table(
    "contacts",
    metadata,
    company_column(),
    text_column("customer"),
    text_column("name"),
    text_column("number", null=True),
    text_column("number_key", null=True),
    time_column("attested_at"),
    text_column("pseudo_number"),
    text_column("user_id"),
    text_column("language"),
    Column("marketing", Boolean, nullable=False),
    time_column("created_at"),
    PrimaryKeyConstraint("company", "customer"),
    Index("contacts_by_number", "company", "number_key"),
    Index("contacts_by_pseudo_number", "company", "pseudo_number"),
    Index("contacts_by_user_id", "company", "user_id"),
)
