"""Tables: companies and their tokens."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, Table, Text, UniqueConstraint

from handschlag.gateway.storage.schema.columns import bytes_column, metadata, text_column, time_column

ALL_SCOPES = "whatsapp_business_management,whatsapp_business_messaging"

companies = Table(
    "companies",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    text_column("account"),
    text_column("handle"),
    text_column("name"),
    text_column("number"),
    text_column("relay_url"),
    text_column("relay_key"),
    text_column("device"),
    text_column("phone_number_id"),
    text_column("waba_id"),
    text_column("app_id"),
    bytes_column("app_secret"),
    bytes_column("customer_secret"),
    bytes_column("self_signing_seed"),
    text_column("master_key"),
    text_column("self_signing_key"),
    text_column("profile"),
    Column("profile_published", Boolean, nullable=False),
    text_column("offer", null=True),
    Column("offer_published", Boolean, nullable=False),
    Column("enrolled", Boolean, nullable=False),
    time_column("created_at"),
    UniqueConstraint("account"),
    UniqueConstraint("phone_number_id"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", Text, primary_key=True),
    text_column("app_id"),
    text_column("kind"),
    time_column("created_at"),
    time_column("expires_at", null=True),
    # Permissions, separated by commas.
    Column("scopes", Text, nullable=False, server_default=ALL_SCOPES),
)
