"""Reads and writes whom a company has blocked, by number or user id, whether or not it knows them yet."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from handschlag.database.hot import delete_rows, insert_rows
from handschlag.gateway.storage.schema import blocked_customers


class BlockedCustomer(msgspec.Struct, frozen=True):
    """One entry: `name` is the user id, or the number's key where only a number is known."""

    name: str
    wa_id: str | None
    user_id: str | None
    blocked_at: float


# Row: company, name, wa_id, user_id, blocked_at.
BLOCK_CUSTOMER = insert_rows(
    blocked_customers, "company", "name", "wa_id", "user_id", "blocked_at", on_conflict="ignore"
)

# Row: company, name.
UNBLOCK_CUSTOMER = delete_rows(blocked_customers, "company", "name")

_COLUMNS = [blocked_customers.c[name] for name in BlockedCustomer.__struct_fields__]


def list_blocked_customers(connection: Connection, company: int) -> list[BlockedCustomer]:
    """Return whom a company has blocked, oldest first."""
    query = select(*_COLUMNS).where(blocked_customers.c.company == company)
    rows = connection.execute(query.order_by(blocked_customers.c.blocked_at, blocked_customers.c.name))
    return [BlockedCustomer(*row) for row in rows]
