"""Reads and writes template versions as submitted; a version never changes."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from handschlag.relay.storage.schema import companies, templates
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


def insert_template(connection: Connection, row: TemplateRow, most: int) -> TemplateRow | None:
    """Store a version; one that is there already is returned as it is, None if the company has as many as it may."""
    found = connection.execute(select(templates).where(templates.c.hash == row.hash)).first()
    if found is not None:
        return TemplateRow(**found._mapping)
    count = select(func.count()).select_from(templates).where(templates.c.business == row.business)
    if most and connection.execute(count).scalar_one() >= most:
        return None
    connection.execute(insert(templates).values(msgspec.structs.asdict(row)))
    return row


def list_templates(connection: Connection, business: AccountId) -> list[TemplateRow]:
    """Return every version of a company, oldest first."""
    query = select(templates).where(templates.c.business == business).order_by(templates.c.created_at, templates.c.hash)
    return [TemplateRow(**row._mapping) for row in connection.execute(query)]


def list_all_templates(connection: Connection, status: str = "") -> list[tuple[TemplateRow, str]]:
    """Return the versions of all companies, each with the company's handle, oldest first; a status narrows them."""
    query = (
        select(templates, companies.c.handle)
        .join_from(templates, companies, companies.c.account == templates.c.business)
        .order_by(templates.c.created_at, templates.c.hash)
    )
    if status:
        query = query.where(templates.c.status == status)
    found: list[tuple[TemplateRow, str]] = []
    for row in connection.execute(query):
        values = dict(row._mapping)
        handle = values.pop("handle")
        found.append((TemplateRow(**values), handle))
    return found


def find_templates(connection: Connection, beginning: str) -> list[TemplateRow]:
    """Return the versions whose hash begins like this."""
    query = select(templates).where(templates.c.hash.startswith(beginning, autoescape=True))
    return [TemplateRow(**row._mapping) for row in connection.execute(query)]


def update_status(connection: Connection, template: str, status: str, reason: str) -> bool:
    """Store the operator's decision; return whether there is such a version."""
    query = update(templates).where(templates.c.hash == template).values(status=status, reason=reason)
    return connection.execute(query).rowcount == 1
