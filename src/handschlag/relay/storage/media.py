"""Reads and writes which sealed files lie in the object store, and how much each account stored on a day."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from handschlag.relay.storage.schema import media, media_usage
from handschlag.wire.ids import AccountId


class MediaRow(msgspec.Struct, frozen=True):
    """A sealed file that is complete: who brought it, and how long it stays."""

    id: str
    account: AccountId
    bytes: int
    created_at: float
    expires_at: float


def insert_media(connection: Connection, row: MediaRow) -> None:
    """Store that a file is there."""
    connection.execute(insert(media).values(msgspec.structs.asdict(row)))


def find_media(connection: Connection, id_: str) -> MediaRow | None:
    """Return the file of this id."""
    row = connection.execute(select(media).where(media.c.id == id_)).first()
    return None if row is None else MediaRow(**row._mapping)


def delete_media(connection: Connection, ids: list[str]) -> None:
    """Forget files; their objects are removed afterwards."""
    connection.execute(delete(media).where(media.c.id.in_(ids)))


def list_expired_media(connection: Connection, now: float, limit: int) -> list[str]:
    """Return ids of files whose time is over."""
    return list(connection.execute(select(media.c.id).where(media.c.expires_at <= now).limit(limit)).scalars())


def list_known_media(connection: Connection, ids: list[str]) -> set[str]:
    """Return those of these ids that have a row."""
    return set(connection.execute(select(media.c.id).where(media.c.id.in_(ids))).scalars())


def take_usage(connection: Connection, account: AccountId, day: int, *, size: int, limit: int) -> int:
    """Count bytes of an account's day and return 0, or count nothing and return how many it has used; limit 0 is none."""
    same = (media_usage.c.account == account) & (media_usage.c.day == day)
    used = connection.execute(select(media_usage.c.bytes).where(same)).scalar()
    if limit and (used or 0) + size > limit:
        return int(used or 0) or limit
    if used is None:
        connection.execute(insert(media_usage).values(account=account, day=day, bytes=size))
    else:
        connection.execute(update(media_usage).where(same).values(bytes=used + size))
    return 0


def give_back_usage(connection: Connection, account: AccountId, day: int, size: int) -> None:
    """Uncount what was announced and did not come."""
    same = (media_usage.c.account == account) & (media_usage.c.day == day)
    connection.execute(update(media_usage).where(same).values(bytes=media_usage.c.bytes - size))


def forget_usage(connection: Connection, before: int) -> None:
    """Forget the days before a day."""
    connection.execute(delete(media_usage).where(media_usage.c.day < before))
