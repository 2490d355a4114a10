"""Webhook events until their endpoint confirms them."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, select

from handschlag.database.hot import delete_rows, insert_rows, update_rows
from handschlag.gateway.storage.schema import webhook_queue


class QueuedEvent(msgspec.Struct):
    """One event for one endpoint; `lane` keeps a conversation's events in order, `next_try` is Unix seconds."""

    subscription: int
    sequence: int
    lane: int
    entry: bytes
    attempts: int
    next_try: float
    created_at: float


_NAMES = QueuedEvent.__struct_fields__
_COLUMNS = [webhook_queue.c[name] for name in _NAMES]

ENQUEUE_EVENT = insert_rows(webhook_queue, *_NAMES)

# Row: subscription, sequence.
REMOVE_EVENT = delete_rows(webhook_queue, "subscription", "sequence")

# Row: subscription, sequence, attempts, next_try.
POSTPONE_EVENT = update_rows(webhook_queue, key=("subscription", "sequence"), set=("attempts", "next_try"))


def list_events(connection: Connection, subscription: int, *, after: int, limit: int) -> list[QueuedEvent]:
    """Return an endpoint's events with a higher sequence number, oldest first."""
    query = (
        select(*_COLUMNS)
        .where(webhook_queue.c.subscription == subscription, webhook_queue.c.sequence > after)
        .order_by(webhook_queue.c.sequence)
        .limit(limit)
    )
    return [QueuedEvent(*row) for row in connection.execute(query)]


def count_events(connection: Connection) -> dict[int, int]:
    """Return how many events wait for each endpoint."""
    query = select(webhook_queue.c.subscription, func.count()).group_by(webhook_queue.c.subscription)
    return {row[0]: row[1] for row in connection.execute(query)}


def highest_sequence(connection: Connection) -> int:
    """Return the highest number in the queue, 0 if it is empty."""
    return int(connection.execute(select(func.max(webhook_queue.c.sequence))).scalar() or 0)
