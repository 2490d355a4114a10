"""Webhook events until their endpoint confirms them, or, for those who read by cursor, until their time is over."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from handschlag.database.hot import delete_rows, insert_rows, update_rows
from handschlag.gateway.storage.schema import subscriptions, webhook_queue

CURSOR = "cursor"
CALLBACK = "callback"


class QueuedEvent(msgspec.Struct):
    """One event for one endpoint; `lane` keeps a conversation's events in order, `next_try` is Unix seconds."""

    subscription: int
    sequence: int
    lane: int
    field: str
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


class EventsPage(msgspec.Struct, frozen=True):
    """Some events, and the last number looked at: what is asked for next lies beyond it."""

    events: list[QueuedEvent]
    looked_until: int


def page_events(
    connection: Connection, subscription: int, *, after: int, limit: int, fields: Sequence[str], look_at: int
) -> EventsPage:
    """Return the next events of these fields (all if none is named), looking at no more than `look_at` rows."""
    if not fields:
        events = list_events(connection, subscription, after=after, limit=limit)
        return EventsPage(events, events[-1].sequence if events else after)
    mine = (webhook_queue.c.subscription == subscription) & (webhook_queue.c.sequence > after)
    numbers = select(webhook_queue.c.sequence).where(mine).order_by(webhook_queue.c.sequence).limit(look_at).subquery()
    end = connection.execute(select(func.max(numbers.c.sequence))).scalar()
    if end is None:
        return EventsPage([], after)
    query = (
        select(*_COLUMNS)
        .where(mine, webhook_queue.c.sequence <= end, webhook_queue.c.field.in_(fields))
        .order_by(webhook_queue.c.sequence)
        .limit(limit)
    )
    events = [QueuedEvent(*row) for row in connection.execute(query)]
    return EventsPage(events, events[-1].sequence if len(events) == limit else int(end))


def count_events(connection: Connection) -> dict[int, int]:
    """Return how many events wait for each endpoint that is called."""
    query = (
        select(webhook_queue.c.subscription, func.count())
        .join(subscriptions, subscriptions.c.id == webhook_queue.c.subscription)
        .where(subscriptions.c.delivery == CALLBACK)
        .group_by(webhook_queue.c.subscription)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def highest_sequence(connection: Connection) -> int:
    """Return the highest number in the queue, 0 if it is empty."""
    return int(connection.execute(select(func.max(webhook_queue.c.sequence))).scalar() or 0)


def enqueue_missing(connection: Connection, events: Sequence[QueuedEvent]) -> list[QueuedEvent]:
    """Store those events that are not in the queue, and return them."""
    added = []
    for event in events:
        same = (webhook_queue.c.subscription == event.subscription) & (webhook_queue.c.sequence == event.sequence)
        if connection.execute(select(webhook_queue.c.sequence).where(same)).first() is None:
            connection.execute(insert(webhook_queue).values(msgspec.structs.asdict(event)))
            added.append(event)
    return added


def forget_read_events(connection: Connection, *, before: float, most: int) -> int:
    """Remove events kept for readers since before this time, at most `most` at once, and return how many they were."""
    mine = select(subscriptions.c.id).where(subscriptions.c.delivery == CURSOR)
    gone = 0
    for number in connection.execute(mine).scalars().all():
        oldest = (
            select(webhook_queue.c.sequence)
            .where(webhook_queue.c.subscription == number)
            .order_by(webhook_queue.c.sequence)
            .limit(most)
            .subquery()
        )
        end = connection.execute(select(func.max(oldest.c.sequence))).scalar()
        if end is not None:
            old = (webhook_queue.c.sequence <= end) & (webhook_queue.c.created_at < before)
            gone += connection.execute(
                delete(webhook_queue).where(webhook_queue.c.subscription == number, old)
            ).rowcount
    return gone
