"""Reads and writes uploads that come in several pieces."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, insert, select

from handschlag.gateway.storage.schema import upload_parts, uploads


class UploadRow(msgspec.Struct, frozen=True):
    """An upload that was announced: what it shall be, and whose."""

    id: str
    app_id: str
    filename: str
    mime_type: str
    file_length: int
    expires_at: float


class UploadPart(msgspec.Struct, frozen=True):
    """A piece that came: where it begins, and its sealed object."""

    upload: str
    start: int
    size: int
    secret: bytes
    object: str

    def __repr__(self) -> str:
        return f"UploadPart({self.upload}, {self.start})"


def insert_upload(connection: Connection, row: UploadRow) -> None:
    """Store an announced upload."""
    connection.execute(insert(uploads).values(msgspec.structs.asdict(row)))


def find_upload(connection: Connection, id_: str) -> tuple[UploadRow, list[UploadPart]] | None:
    """Return an upload with the pieces that came, in their order."""
    row = connection.execute(select(uploads).where(uploads.c.id == id_)).first()
    if row is None:
        return None
    query = select(upload_parts).where(upload_parts.c.upload == id_).order_by(upload_parts.c.start)
    return UploadRow(**row._mapping), [UploadPart(**part._mapping) for part in connection.execute(query)]


def insert_upload_part(connection: Connection, part: UploadPart) -> None:
    """Store that a piece came."""
    connection.execute(insert(upload_parts).values(msgspec.structs.asdict(part)))


def take_expired_uploads(connection: Connection, now: float, limit: int) -> list[str]:
    """Forget some uploads whose time is over and return the objects of their pieces."""
    ids = list(connection.execute(select(uploads.c.id).where(uploads.c.expires_at <= now).limit(limit)).scalars())
    belongs = upload_parts.c.upload.in_(ids)
    objects = list(connection.execute(select(upload_parts.c.object).where(belongs)).scalars())
    connection.execute(delete(upload_parts).where(belongs))
    connection.execute(delete(uploads).where(uploads.c.id.in_(ids)))
    return objects
