"""Reads and writes whom a company has blocked, by number or user id, whether or not it knows them yet."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, insert, select

from handschlag.gateway.storage.schema import blocked_customers


class BlockedCustomer(msgspec.Struct, frozen=True):
    """One entry: `name` is the user id, or the number's key where only a number is known."""

    name: str
    wa_id: str | None
    user_id: str | None
    blocked_at: float


_COLUMNS = [blocked_customers.c[name] for name in BlockedCustomer.__struct_fields__]


def list_blocked_customers(connection: Connection, company: int) -> list[BlockedCustomer]:
    """Return whom a company has blocked, oldest first."""
    query = select(*_COLUMNS).where(blocked_customers.c.company == company)
    rows = connection.execute(query.order_by(blocked_customers.c.blocked_at, blocked_customers.c.name))
    return [BlockedCustomer(*row) for row in rows]


def store_blocked_customers(connection: Connection, company: int, rows: list[BlockedCustomer]) -> None:
    """Store new entries; one that is there already stays as it is."""
    known = set(
        connection.execute(
            select(blocked_customers.c.name).where(
                blocked_customers.c.company == company, blocked_customers.c.name.in_([row.name for row in rows])
            )
        ).scalars()
    )
    values = [{"company": company, **msgspec.structs.asdict(row)} for row in rows if row.name not in known]
    if values:
        connection.execute(insert(blocked_customers), values)


def delete_blocked_customers(connection: Connection, company: int, names: list[str]) -> None:
    """Remove entries."""
    this = (blocked_customers.c.company == company) & blocked_customers.c.name.in_(names)
    connection.execute(delete(blocked_customers).where(this))
