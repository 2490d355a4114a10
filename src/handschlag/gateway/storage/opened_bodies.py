"""Opened bodies whose effect needs a look at the database: kept in the commit of the ratchet, gone in the commit of the effect."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from handschlag.database.hot import delete_rows, insert_rows
from handschlag.gateway.storage.schema import opened_bodies
from handschlag.wire.envelope import Kind
from handschlag.wire.ids import AccountId, EnvelopeId


class OpenedBody(msgspec.Struct, frozen=True):
    """What a customer's device sealed, and is not worked on yet."""

    customer: AccountId
    id: EnvelopeId
    kind: Kind
    body: bytes


# Row: company, customer, id, kind, body.
KEEP_OPENED_BODY = insert_rows(opened_bodies, "company", "customer", "id", "kind", "body", on_conflict="ignore")

# Row: company, customer, id.
REMOVE_OPENED_BODY = delete_rows(opened_bodies, "company", "customer", "id")


def list_opened_bodies(connection: Connection, company: int) -> list[OpenedBody]:
    """Return what was left over when the process ended."""
    table = opened_bodies.c
    query = select(table.customer, table.id, table.kind, table.body).where(table.company == company)
    return [OpenedBody(*row) for row in connection.execute(query.order_by(table.id))]
