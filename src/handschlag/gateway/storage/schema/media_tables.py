"""Tables: files, whoever they came from, and uploads that come in several pieces."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, PrimaryKeyConstraint, SmallInteger, Table, Text

from handschlag.gateway.storage.schema.columns import (
    bytes_column,
    company_column,
    metadata,
    text_column,
    time_column,
)

media = Table(
    "media",
    metadata,
    Column("id", Text, primary_key=True),
    company_column(),
    # "upload", "link" or "incoming".
    text_column("source"),
    text_column("mime_type"),
    text_column("sha256"),
    Column("file_size", BigInteger, nullable=False),
    text_column("filename", null=True),
    Column("animated", Boolean, nullable=False),
    # The file's key, sealed with the data key.
    bytes_column("secret"),
    # Its ciphertext in the gateway's own store; none: it has to be fetched from the relay.
    text_column("object", null=True),
    # Its ciphertext at the relay.
    text_column("blob", null=True),
    time_column("blob_expires_at"),
    Column("attempts", SmallInteger, nullable=False),
    time_column("next_try"),
    text_column("failure", null=True),
    time_column("created_at"),
    time_column("expires_at"),
    # What messengers show before they fetch it, as JSON; none: not made yet.
    text_column("preview", null=True),
    # Who sent a received file.
    text_column("customer", null=True),
    Index("media_expiry", "expires_at"),
    Index("media_to_fetch", "next_try"),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    text_column("app_id"),
    text_column("filename"),
    text_column("mime_type"),
    Column("file_length", BigInteger, nullable=False),
    time_column("expires_at"),
    Index("uploads_expiry", "expires_at"),
)

upload_parts = Table(
    "upload_parts",
    metadata,
    text_column("upload"),
    Column("start", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    bytes_column("secret"),
    text_column("object"),
    PrimaryKeyConstraint("upload", "start"),
)
