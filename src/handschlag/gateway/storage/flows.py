"""Reads and writes flows: forms inside the chat, each with its Flow JSON as uploaded."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from handschlag.gateway.storage.schema import flows, outgoing_messages
from handschlag.wire.ids import EnvelopeId


class FlowRow(msgspec.Struct, frozen=True):
    """One flow; `categories` and `errors` are JSON lists, texts that are not set are empty."""

    id: str
    company: int
    name: str
    categories: str
    status: str
    endpoint_uri: str
    application_id: str
    json_version: str
    data_api_version: str
    definition: bytes
    errors: str
    asset_version: int
    created_at: float
    updated_at: float

    def __repr__(self) -> str:
        return f"FlowRow({self.id}, {self.status})"


def list_flows(connection: Connection, company: int) -> list[FlowRow]:
    """Return a company's flows without their Flow JSON, newest first."""
    plain = [c for c in flows.c if c.name != "definition"]
    query = select(*plain).where(flows.c.company == company).order_by(flows.c.created_at.desc(), flows.c.id.desc())
    return [FlowRow(definition=b"", **row._mapping) for row in connection.execute(query)]


def find_flow(
    connection: Connection, company: int, *, id_: str | None = None, name: str | None = None
) -> FlowRow | None:
    """Return a flow by its id or its name; PostgreSQL would refuse to look for what has U+0000 in it."""
    if "\0" in (id_ or name or ""):
        return None
    this: ColumnElement[bool] = flows.c.id == id_ if id_ is not None else flows.c.name == name
    row = connection.execute(select(flows).where(flows.c.company == company, this)).first()
    return None if row is None else FlowRow(**row._mapping)


def insert_flow(connection: Connection, flow: FlowRow) -> bool:
    """Store a new flow; returns whether its name was free."""
    if find_flow(connection, flow.company, name=flow.name) is not None:
        return False
    connection.execute(insert(flows).values(msgspec.structs.asdict(flow)))
    return True


def change_flow(connection: Connection, flow: FlowRow, *, only_if: str, **values: Any) -> bool:
    """Change columns of a flow that still has the status `only_if`; returns whether it had."""
    this = (flows.c.company == flow.company) & (flows.c.id == flow.id) & (flows.c.status == only_if)
    return connection.execute(update(flows).where(this).values(values)).rowcount == 1


def delete_flow(connection: Connection, flow: FlowRow, *, only_if: str) -> bool:
    """Remove a flow that still has the status `only_if`; returns whether it had."""
    this = (flows.c.company == flow.company) & (flows.c.id == flow.id) & (flows.c.status == only_if)
    return connection.execute(delete(flows).where(this)).rowcount == 1


def find_flow_message(connection: Connection, company: int, id_: EnvelopeId) -> tuple[str, bytes] | None:
    """Return whom a message of the company was for, and what it says as it was sealed."""
    table = outgoing_messages.c
    query = select(table.customer, table.body).where(table.company == company, table.id == id_)
    row = connection.execute(query).first()
    return None if row is None else (str(row.customer), bytes(row.body))
