"""Messages that are accepted and not sealed yet."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from handschlag.database.hot import delete_rows, insert_rows
from handschlag.gateway.storage.schema import waiting_messages
from handschlag.wire.ids import AccountId, EnvelopeId


class WaitingMessage(msgspec.Struct, frozen=True):
    """What has to be sealed for a customer; the body of a message is in outgoing_messages, that of a receipt stands here."""

    id: EnvelopeId
    customer: AccountId
    kind: str
    attempt: int
    body: bytes
    created_at: float


# Row: company, id, customer, kind, attempt, body, created_at.
PUT_INTO_WAITING = insert_rows(
    waiting_messages, "company", "id", "customer", "kind", "attempt", "body", "created_at", on_conflict="ignore"
)

# Row: company, id, attempt.
REMOVE_FROM_WAITING = delete_rows(waiting_messages, "company", "id", "attempt")

_COLUMNS = [waiting_messages.c[name] for name in WaitingMessage.__struct_fields__]


def list_waiting_messages(connection: Connection, company: int) -> list[WaitingMessage]:
    """Return what waits, in the order it was written."""
    query = select(*_COLUMNS).where(waiting_messages.c.company == company)
    rows = connection.execute(query.order_by(waiting_messages.c.id, waiting_messages.c.attempt))
    return [WaitingMessage(*row) for row in rows]
