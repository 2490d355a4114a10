"""Outgoing messages: written once, their status only ever moved forward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from handschlag.database.hot import insert_rows, update_rows
from handschlag.gateway.rules.statuses import Status
from handschlag.gateway.storage.schema import outgoing_messages
from handschlag.wire.envelope import Category, Kind
from handschlag.wire.ids import AccountId, EnvelopeId

INSERT_OUTGOING_MESSAGE = insert_rows(
    outgoing_messages,
    *("company", "id", "customer", "recipient", "kind", "type", "category", "body", "salt", "callback_data"),
    *("attempt", "status", "accepted_at", "changed_at", "pricing", "failure"),
)

# Row: company, id, status, changed_at, pricing, failure.
# The condition keeps a status from going back, whatever memory believes.
MOVE_STATUS = update_rows(
    outgoing_messages,
    key=("company", "id"),
    set=("status", "changed_at", "pricing", "failure"),
    condition=lambda current, new: current.status < new.status,
)

# What is left of the words of a message that were erased.
ERASED_BODY = b"{}"

# Row: company, id, body.
STORE_BODY = update_rows(outgoing_messages, key=("company", "id"), set=("body",))

# Row: company, id, attempt.
STORE_ATTEMPT = update_rows(outgoing_messages, key=("company", "id"), set=("attempt",))


class OutgoingMessage:
    """What later events need to know of a message: kept in memory while it is on its way, read again if it is not."""

    __slots__ = (
        *("attempt", "callback_data", "customer", "failure", "id", "kind", "pricing", "recipient", "status", "type"),
    )

    def __init__(
        self,
        id_: EnvelopeId,
        customer: str,
        recipient: str,
        kind: Kind,
        callback_data: str | None,
        status: Status = Status.ACCEPTED,
        *,
        type_: str = "text",
    ) -> None:
        self.id = id_
        self.customer = AccountId(customer)
        self.recipient = recipient
        self.kind = kind
        self.type = type_
        self.callback_data = callback_data
        self.status = status
        self.attempt = 0
        self.pricing: str | None = None
        self.failure: int | None = None


_BRIEF = [
    outgoing_messages.c[name]
    for name in ("id", "customer", "recipient", "kind", "callback_data", "status", "attempt", "pricing", "type")
]


def find_outgoing_messages(connection: Connection, company: int, ids: Sequence[EnvelopeId]) -> list[OutgoingMessage]:
    """Return those of the messages that exist."""
    query = select(*_BRIEF).where(outgoing_messages.c.company == company, outgoing_messages.c.id.in_(ids))
    return [_brief(row) for row in connection.execute(query)]


def _brief(row: Any) -> OutgoingMessage:
    message = OutgoingMessage(
        row.id, row.customer, row.recipient, row.kind, row.callback_data, Status(row.status), type_=row.type
    )
    message.attempt = row.attempt
    message.pricing = row.pricing
    return message


class OutgoingBody(NamedTuple):
    """What is needed to seal a message again; `salt` and `category` stand on templates."""

    body: bytes
    salt: str | None
    category: Category | None


def find_outgoing_body(connection: Connection, company: int, id_: EnvelopeId) -> OutgoingBody | None:
    """Return what a message says, as it is sealed; None if there is no such message, or its words were erased."""
    table = outgoing_messages.c
    query = select(table.body, table.salt, table.category).where(table.company == company, table.id == id_)
    row = connection.execute(query).first()
    return None if row is None or row.body == ERASED_BODY else OutgoingBody(*row)


def find_recipient(connection: Connection, company: int, id_: EnvelopeId) -> AccountId | None:
    """Return the customer a message was for; None where there is no such message, or nobody was."""
    table = outgoing_messages.c
    found = connection.execute(select(table.customer).where(table.company == company, table.id == id_)).scalar()
    return AccountId(found) if found else None
