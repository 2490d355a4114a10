"""Reads and writes files: what they are, where their ciphertext lies, and when their time is over."""

from __future__ import annotations

from typing import Literal

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from handschlag.database.hot import insert_rows
from handschlag.gateway.storage.schema import media, upload_parts
from handschlag.wire.ids import AccountId

Source = Literal["upload", "link", "incoming"]


class MediaRow(msgspec.Struct, frozen=True):
    """One file; `next_try` is 0 unless it has to be fetched from the relay; `preview` is JSON, made when it is first sent;
    `customer` is who sent a received one.
    """

    id: str
    company: int
    source: Source
    mime_type: str
    sha256: str
    file_size: int
    filename: str | None
    animated: bool
    secret: bytes
    object: str | None
    blob: str | None
    blob_expires_at: float
    attempts: int
    next_try: float
    failure: str | None
    created_at: float
    expires_at: float
    preview: str | None = None
    customer: AccountId | None = None

    def __repr__(self) -> str:
        return f"MediaRow({self.id})"


INSERT_MEDIA = insert_rows(media, *MediaRow.__struct_fields__)


def insert_media(connection: Connection, row: MediaRow) -> None:
    """Store a new file."""
    connection.execute(insert(media).values(msgspec.structs.asdict(row)))


def find_media(connection: Connection, id_: str) -> MediaRow | None:
    """Return the file of this id."""
    row = connection.execute(select(media).where(media.c.id == id_)).first()
    return None if row is None else MediaRow(**row._mapping)


def update_media(connection: Connection, id_: str, **changes: object) -> bool:
    """Change what is known of a file; return whether it is still there."""
    return connection.execute(update(media).where(media.c.id == id_).values(changes)).rowcount == 1


def delete_media(connection: Connection, ids: list[str]) -> None:
    """Forget files; their objects are removed afterwards."""
    connection.execute(delete(media).where(media.c.id.in_(ids)))


def list_media_to_fetch(connection: Connection, now: float, limit: int) -> list[MediaRow]:
    """Return files that wait at the relay and whose next try is due."""
    due = (media.c.next_try > 0) & (media.c.next_try <= now)
    query = select(media).where(due).order_by(media.c.next_try).limit(limit)
    return [MediaRow(**row._mapping) for row in connection.execute(query)]


def list_expired_media(connection: Connection, now: float, limit: int) -> list[MediaRow]:
    """Return files whose time is over."""
    query = select(media).where(media.c.expires_at <= now).limit(limit)
    return [MediaRow(**row._mapping) for row in connection.execute(query)]


def list_known_objects(connection: Connection, names: list[str]) -> set[str]:
    """Return those of these objects that belong to a file or to a piece of an upload."""
    known = set(connection.execute(select(media.c.object).where(media.c.object.in_(names))).scalars())
    known |= set(connection.execute(select(upload_parts.c.object).where(upload_parts.c.object.in_(names))).scalars())
    return {name for name in known if name is not None}
