"""Events that are to be told once more: written by whoever asks, here or beside the gateway, taken over by the running one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, literal, select

from handschlag.gateway.storage.schema import webhook_queue, webhook_replays


class ReplayRow(msgspec.Struct, frozen=True):
    """One event that goes to its endpoint again, under the same number."""

    id: int
    subscription: int
    sequence: int
    lane: int
    app_id: str
    field: str
    entry: bytes


_COLUMNS = [webhook_replays.c[name] for name in ReplayRow.__struct_fields__]


def store_replays(connection: Connection, rows: Sequence[ReplayRow]) -> None:
    """Keep what is asked for; the numbers in the rows are ignored."""
    for row in rows:
        values = msgspec.structs.asdict(row)
        del values["id"]
        connection.execute(insert(webhook_replays).values(values))


def store_replays_of_waiting(connection: Connection, app_id: str, subscriptions: Sequence[int]) -> None:
    """Move what waits for endpoints that are gone here, so that those of today are told."""
    for number in subscriptions:
        mine = webhook_queue.c.subscription == number
        waiting = [webhook_queue.c[name] for name in ("subscription", "sequence", "lane", "field", "entry")]
        rows = select(*waiting, literal(app_id)).where(mine).order_by(webhook_queue.c.sequence)
        names = ["subscription", "sequence", "lane", "field", "entry", "app_id"]
        connection.execute(insert(webhook_replays).from_select(names, rows))
        connection.execute(delete(webhook_queue).where(mine))


def list_replays(connection: Connection, *, limit: int) -> list[ReplayRow]:
    """Return what was asked for and not taken over yet, in the order it was asked for."""
    query = select(*_COLUMNS).order_by(webhook_replays.c.id).limit(limit)
    return [ReplayRow(*row) for row in connection.execute(query)]


def delete_replays(connection: Connection, numbers: Sequence[int]) -> None:
    """Remove what was taken over."""
    connection.execute(delete(webhook_replays).where(webhook_replays.c.id.in_(numbers)))
