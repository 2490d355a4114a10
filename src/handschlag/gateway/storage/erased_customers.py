"""Takes what was exchanged with one customer, or too long ago, out of the tables; ids, times and states of what was sent stay."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select, update

from handschlag.gateway.storage.contacts import Contact
from handschlag.gateway.storage.outgoing_messages import ERASED_BODY
from handschlag.gateway.storage.schema import blocked_customers, media, subscriptions, webhook_log, webhook_queue
from handschlag.gateway.storage.schema.message_tables import (
    incoming_messages,
    opened_bodies,
    outgoing_messages,
)
from handschlag.gateway.storage.webhook_queue import CURSOR
from handschlag.wire.ids import AccountId, EnvelopeId

# What is left of a message that was sent.
_EMPTY = {"body": ERASED_BODY, "salt": None, "callback_data": None}


class RemovedFile(NamedTuple):
    """A file that has no row any more, and the object it may have left."""

    id: str
    object: str | None


class MessageKey(NamedTuple):
    """Which message."""

    company: int
    id: EnvelopeId


def delete_words_with(connection: Connection, company: int, customer: AccountId) -> None:
    """Delete what a customer wrote, and empty what was written to them.

    What still waits to be sealed says nothing by itself, and is dropped when its turn comes and there are no words.
    """
    for table in (incoming_messages, opened_bodies):
        connection.execute(delete(table).where(table.c.company == company, table.c.customer == customer))
    connection.execute(
        update(outgoing_messages)
        .where(outgoing_messages.c.company == company, outgoing_messages.c.customer == customer)
        .values(_EMPTY)
    )


def delete_files_of(connection: Connection, company: int, customer: AccountId) -> list[RemovedFile]:
    """Delete the rows of the files a customer sent; their objects are removed afterwards."""
    mine = (media.c.company == company) & (media.c.customer == customer)
    removed = [RemovedFile(*row) for row in connection.execute(select(media.c.id, media.c.object).where(mine))]
    connection.execute(delete(media).where(mine))
    return removed


def delete_events_about(connection: Connection, lane: int, user_id: str) -> None:
    """Delete a customer's events from the log of deliveries, and those kept for programs that read them.

    What an endpoint has not confirmed yet stays until it has, or until its time is over. Others may share the lane: what is about
    this customer names their user id.
    """
    sought = f'"{user_id}"'.encode()
    log = select(webhook_log.c.subscription, webhook_log.c.sequence, webhook_log.c.entry).where(
        webhook_log.c.lane == lane
    )
    read = select(webhook_queue.c.subscription, webhook_queue.c.sequence, webhook_queue.c.entry).where(
        webhook_queue.c.lane == lane,
        webhook_queue.c.subscription.in_(select(subscriptions.c.id).where(subscriptions.c.delivery == CURSOR)),
    )
    for table, query in ((webhook_log, log), (webhook_queue, read)):
        for subscription, sequence, entry in connection.execute(query).all():
            if sought in (entry or b""):
                connection.execute(
                    delete(table).where(table.c.subscription == subscription, table.c.sequence == sequence)
                )


def forget_numbers_of(connection: Connection, company: int, contact: Contact) -> None:
    """Name a customer by pseudonyms where a number may stand: in the books of what was sent, and in the list of blocked ones."""
    sent = (outgoing_messages.c.company == company) & (outgoing_messages.c.customer == contact.customer)
    connection.execute(update(outgoing_messages).where(sent).values(recipient=contact.pseudo_number))
    blocked = (blocked_customers.c.company == company) & (blocked_customers.c.name == contact.user_id)
    connection.execute(update(blocked_customers).where(blocked).values(wa_id=None))


def list_old_words(connection: Connection, *, before: float, most: int) -> tuple[list[MessageKey], list[MessageKey]]:
    """Return which messages were received, and which were sent and still say something, before a time; `most` of each."""
    received, sent = incoming_messages.c, outgoing_messages.c
    old = (
        select(received.company, received.id).where(received.stored_at < before),
        select(sent.company, sent.id).where(sent.accepted_at < before, sent.body != ERASED_BODY),
    )
    came, went = ([MessageKey(*row) for row in connection.execute(query.limit(most))] for query in old)
    return came, went


def delete_words_of(connection: Connection, received: list[MessageKey], sent: list[MessageKey]) -> None:
    """Delete messages that were received, and empty those that were sent."""
    if received:
        connection.execute(delete(incoming_messages).where(_is_one_of(incoming_messages, received)))
    if sent:
        connection.execute(update(outgoing_messages).where(_is_one_of(outgoing_messages, sent)).values(_EMPTY))


def _is_one_of(table: Table, keys: list[MessageKey]) -> ColumnElement[bool]:
    return or_(*(and_(table.c.company == company, table.c.id == id_) for company, id_ in keys))
