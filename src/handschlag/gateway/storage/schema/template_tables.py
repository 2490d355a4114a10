"""Tables: templates."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from handschlag.gateway.storage.schema.columns import company_column, metadata, text_column, time_column

templates = Table(
    "templates",
    metadata,
    text_column("id"),
    company_column(),
    text_column("name"),
    text_column("language"),
    text_column("category"),
    text_column("definition"),
    text_column("hash"),
    text_column("status"),
    text_column("reason"),
    text_column("approval", null=True),
    time_column("approved_until"),
    Column("submitted", Boolean, nullable=False),
    time_column("created_at"),
    # Seconds a message waits for its reader; null is as long as any.
    Column("ttl", Integer, nullable=True),
    Column("parameter_format", Text, nullable=False, server_default="POSITIONAL"),
    # The template of the library it was made from, or empty.
    Column("library_name", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("company", "name", "language"),
)
