"""Tells events once more: whoever asks leaves a row, here or beside the gateway, and the running gateway takes it over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from handschlag.gateway.storage.webhook_log import LogFilter, list_whole_attempts
from handschlag.gateway.storage.webhook_queue import QueuedEvent, enqueue_missing
from handschlag.gateway.storage.webhook_replays import ReplayRow, delete_replays, list_replays, store_replays

if TYPE_CHECKING:
    from handschlag.gateway.configuration import Configuration
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.companies import CompanyRow

MOST_REPLAYED = 1000
_TAKEN_AT_ONCE = 200


class _EntryId(msgspec.Struct):
    """The one thing in an entry that says whose it is."""

    id: str


async def ask_for_replay(configuration: Configuration, wanted: LogFilter) -> int:
    """Leave a row for each event of the log that is meant, the oldest thousand at most, and return how many they are."""

    def ask(connection: Connection) -> int:
        attempts = list_whole_attempts(connection, wanted, limit=MOST_REPLAYED)
        rows = [
            ReplayRow(0, one.subscription, one.sequence, one.lane, one.app_id, one.field, one.entry)
            for one in attempts
            if one.entry is not None
        ]
        store_replays(connection, rows)
        return len(rows)

    return await configuration.database.write(ask)


async def take_replays(running: Running) -> None:
    """Queue what was asked for; each row goes in the commit that queues its event."""
    store, publisher, now = running.store, running.publisher, running.clock.now()
    async with publisher.replaying:
        while rows := await store.read(lambda connection: list_replays(connection, limit=_TAKEN_AT_ONCE)):
            events = [
                QueuedEvent(number, row.sequence, row.lane, row.field, row.entry, 0, now, now)
                for row in rows
                for number in publisher.told_again(row.subscription, _company(running, row), row.field)
            ]
            taken = [row.id for row in rows]

            def take(
                connection: Connection, events: list[QueuedEvent] = events, taken: list[int] = taken
            ) -> list[QueuedEvent]:
                delete_replays(connection, taken)
                return enqueue_missing(connection, events)

            added = {(event.subscription, event.sequence) for event in await store.write(take)}
            for event in events:
                publisher.replay(event, was_waiting=(event.subscription, event.sequence) not in added)


def _company(running: Running, row: ReplayRow) -> CompanyRow | None:
    account = msgspec.json.decode(row.entry, type=_EntryId).id
    return next((c.row for c in running.companies_of_app(row.app_id) if c.row.waba_id == account), None)
