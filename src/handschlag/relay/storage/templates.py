"""Reads and writes template versions as submitted; a version never changes."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, insert, select, update

from handschlag.relay.storage.schema import templates
from handschlag.wire.envelope import Category
from handschlag.wire.ids import AccountId


class TemplateRow(msgspec.Struct, frozen=True):
    """A version: its address, whose it is, its text, and what the operator says of it."""

    hash: str
    business: AccountId
    category: Category
    definition: str
    status: str
    reason: str
    created_at: float


def insert_template(connection: Connection, row: TemplateRow) -> TemplateRow:
    """Store a version; one that is there already is returned as it is."""
    found = connection.execute(select(templates).where(templates.c.hash == row.hash)).first()
    if found is not None:
        return TemplateRow(**found._mapping)
    connection.execute(insert(templates).values(msgspec.structs.asdict(row)))
    return row


def list_templates(connection: Connection, business: AccountId) -> list[TemplateRow]:
    """Return every version of a company, oldest first."""
    query = select(templates).where(templates.c.business == business).order_by(templates.c.created_at, templates.c.hash)
    return [TemplateRow(**row._mapping) for row in connection.execute(query)]


def update_status(connection: Connection, template: str, status: str, reason: str) -> bool:
    """Store the operator's decision; return whether there is such a version."""
    query = update(templates).where(templates.c.hash == template).values(status=status, reason=reason)
    return connection.execute(query).rowcount == 1
