"""Takes the words exchanged with one customer out of the tables; ids, times and states of what was sent stay for the books."""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from handschlag.gateway.storage.schema.message_tables import (
    incoming_messages,
    opened_bodies,
    outgoing_messages,
    waiting_messages,
)
from handschlag.wire.ids import AccountId


def delete_words_with(connection: Connection, company: int, customer: AccountId) -> None:
    """Delete what a customer wrote, and empty what was written to them."""
    for table in (incoming_messages, waiting_messages, opened_bodies):
        connection.execute(delete(table).where(table.c.company == company, table.c.customer == customer))
    connection.execute(
        update(outgoing_messages)
        .where(outgoing_messages.c.company == company, outgoing_messages.c.customer == customer)
        .values(body=b"{}", salt=None, callback_data=None)
    )
