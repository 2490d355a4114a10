"""Reads and writes templates: definitions, their state at the relay, and the renewed approval."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from handschlag.database.hot import delete_rows, update_rows
from handschlag.gateway.storage.schema import templates
from handschlag.wire.envelope import Category


class TemplateRow(msgspec.Struct, frozen=True):
    """One template in one language; `definition` is the canonical JSON the relay approves, `approval` a signed record's JSON."""

    id: str
    company: int
    name: str
    language: str
    category: Category
    definition: str
    hash: str
    status: str
    reason: str
    approval: str | None
    approved_until: float
    submitted: bool
    created_at: float
    ttl: int | None = None
    parameter_format: str = "POSITIONAL"
    library_name: str = ""


# Row: company, hash, status, reason, approval, approved_until, submitted.
STORE_TEMPLATE_STATE = update_rows(
    templates, key=("company", "hash"), set=("status", "reason", "approval", "approved_until", "submitted")
)
DELETE_TEMPLATE = delete_rows(templates, "company", "id")


def _row(row: Any) -> TemplateRow:
    return TemplateRow(**row._mapping)


def list_templates(connection: Connection, company: int) -> list[TemplateRow]:
    """Return a company's templates, oldest first."""
    query = select(templates).where(templates.c.company == company).order_by(templates.c.created_at, templates.c.id)
    return [_row(row) for row in connection.execute(query)]


def list_unsubmitted_templates(connection: Connection, company: int) -> list[TemplateRow]:
    """Return the templates the relay has not seen yet."""
    query = select(templates).where(templates.c.company == company, templates.c.submitted.is_(False))
    return [_row(row) for row in connection.execute(query)]


def store_template(connection: Connection, template: TemplateRow) -> str:
    """Store a template and return its id; the same name and language is replaced under its old id."""
    same = (
        (templates.c.company == template.company)
        & (templates.c.name == template.name)
        & (templates.c.language == template.language)
    )
    values = msgspec.structs.asdict(template)
    found = connection.execute(select(templates.c.id, templates.c.hash).where(same)).first()
    if found is None:
        connection.execute(insert(templates).values(values))
        return template.id
    if found.hash != template.hash:
        del values["id"]
        connection.execute(update(templates).where(templates.c.id == found.id).values(values))
    return str(found.id)


def insert_template(connection: Connection, template: TemplateRow) -> bool:
    """Store a new template; return False if there is one of this name and language."""
    same = (
        (templates.c.company == template.company)
        & (templates.c.name == template.name)
        & (templates.c.language == template.language)
    )
    if connection.execute(select(templates.c.id).where(same)).first() is not None:
        return False
    connection.execute(insert(templates).values(msgspec.structs.asdict(template)))
    return True


def replace_template(connection: Connection, template: TemplateRow) -> None:
    """Store a template's new version under its id."""
    values = msgspec.structs.asdict(template)
    connection.execute(update(templates).where(templates.c.id == template.id).values(values))
