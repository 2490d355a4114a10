"""Tables: forms inside the chat."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, UniqueConstraint

from handschlag.gateway.storage.schema.columns import (
    bytes_column,
    company_column,
    metadata,
    text_column,
    time_column,
)

# `definition` is the Flow JSON as it was uploaded, empty while there is none; `errors` the JSON list of what is wrong with it.
flows = Table(
    "flows",
    metadata,
    text_column("id"),
    company_column(),
    text_column("name"),
    text_column("categories"),
    text_column("status"),
    text_column("endpoint_uri"),
    text_column("application_id"),
    text_column("json_version"),
    text_column("data_api_version"),
    bytes_column("definition"),
    text_column("errors"),
    Column("asset_version", Integer, nullable=False),
    time_column("created_at"),
    time_column("updated_at"),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("company", "name"),
    Index("flows_by_company", "company", "created_at"),
)
