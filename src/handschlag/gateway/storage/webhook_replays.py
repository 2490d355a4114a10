"""Events that are to be told once more: written by whoever asks, here or beside the gateway, taken over by the running one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select

from handschlag.gateway.storage.schema import webhook_replays


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


def list_replays(connection: Connection, *, limit: int) -> list[ReplayRow]:
    """Return what was asked for and not taken over yet, in the order it was asked for."""
    query = select(*_COLUMNS).order_by(webhook_replays.c.id).limit(limit)
    return [ReplayRow(*row) for row in connection.execute(query)]


def delete_replays(connection: Connection, numbers: Sequence[int]) -> None:
    """Remove what was taken over."""
    connection.execute(delete(webhook_replays).where(webhook_replays.c.id.in_(numbers)))
