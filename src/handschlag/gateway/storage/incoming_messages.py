"""Incoming messages: what customers wrote, and whether it was marked as read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from handschlag.database.hot import insert_rows, update_rows
from handschlag.gateway.storage.schema import incoming_messages
from handschlag.wire.ids import AccountId, EnvelopeId

# Row: company, id, customer, body, sent_at, stored_at, read.
# A second message under a known id is not the customer's to make.
INSERT_INCOMING_MESSAGE = insert_rows(
    incoming_messages, "company", "id", "customer", "body", "sent_at", "stored_at", "read", on_conflict="ignore"
)

# Row: company, id, read.
MARK_READ = update_rows(incoming_messages, key=("company", "id"), set=("read",))

_READ_AT_ONCE = 500


def find_sender(connection: Connection, company: int, id_: EnvelopeId) -> AccountId | None:
    """Return who wrote a message."""
    query = select(incoming_messages.c.customer).where(
        incoming_messages.c.company == company, incoming_messages.c.id == id_
    )
    found = connection.execute(query).scalar()
    return None if found is None else AccountId(found)


def find_unread_until(
    connection: Connection, company: int, customer: AccountId, id_: EnvelopeId
) -> Sequence[EnvelopeId]:
    """Return the ids of a customer's unread messages up to this one in the order they arrived; ids are the customer's own."""
    table = incoming_messages.c
    this = select(table.stored_at).where(table.company == company, table.id == id_).scalar_subquery()
    query = (
        select(table.id)
        .where(table.company == company, table.customer == customer, table.read.is_(False), table.stored_at <= this)
        .order_by(table.stored_at.desc())
        .limit(_READ_AT_ONCE)
    )
    return [EnvelopeId(row.id) for row in connection.execute(query)][::-1]
