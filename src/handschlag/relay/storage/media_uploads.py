"""Reads and writes which sealed files are on their way in several requests."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from handschlag.relay.storage.schema import media_uploads
from handschlag.wire.ids import AccountId


class UploadRow(msgspec.Struct, frozen=True):
    """A file that is not whole yet: who brings it, and how long its beginning stays."""

    id: str
    account: AccountId
    bytes: int
    created_at: float
    expires_at: float


def insert_upload(connection: Connection, row: UploadRow) -> None:
    """Store that a file will come."""
    connection.execute(insert(media_uploads).values(msgspec.structs.asdict(row)))


def find_upload(connection: Connection, id_: str) -> UploadRow | None:
    """Return the upload of this id."""
    row = connection.execute(select(media_uploads).where(media_uploads.c.id == id_)).first()
    return None if row is None else UploadRow(**row._mapping)


def count_uploads(connection: Connection, account: AccountId) -> int:
    """Return how many uploads of an account are not whole."""
    return int(
        connection.execute(
            select(func.count()).where(media_uploads.c.account == account).select_from(media_uploads)
        ).scalar()
        or 0
    )


def delete_upload(connection: Connection, id_: str) -> bool:
    """Forget an upload; return whether it was there."""
    return connection.execute(delete(media_uploads).where(media_uploads.c.id == id_)).rowcount == 1


def list_expired_uploads(connection: Connection, now: float, limit: int) -> list[UploadRow]:
    """Return uploads whose time is over."""
    query = select(media_uploads).where(media_uploads.c.expires_at <= now).limit(limit)
    return [UploadRow(**row._mapping) for row in connection.execute(query)]


def list_known_uploads(connection: Connection, ids: list[str]) -> set[str]:
    """Return those of these ids that have a row."""
    return set(connection.execute(select(media_uploads.c.id).where(media_uploads.c.id.in_(ids))).scalars())
