"""Uploads in several pieces: announced, brought from where the last piece ended, and then named by a handle.

A piece that is cut off keeps what was read of it: a program asks where the upload stands and goes on from there. Each piece is a
sealed object of its own.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, NamedTuple

from handschlag.gateway.actions.media.keep_file import KeptFile, drop_file, write_file
from handschlag.gateway.actions.media.read_media import read_sealed
from handschlag.gateway.errors import NodeUnknown, RequestInvalid, shown
from handschlag.gateway.rules.media_types import FileType, tell_file_type
from handschlag.gateway.rules.media_urls import derive_key
from handschlag.gateway.rules.upload_handles import UploadHandle, make_handle, parse_handle
from handschlag.gateway.storage.uploads import UploadPart, UploadRow, find_upload, insert_upload, insert_upload_part

if TYPE_CHECKING:
    from handschlag.gateway.running import Running

_ID_BYTES = 20
_SIGNATURE_CHARACTERS = 24
_PREFIX = "upload:"


class Upload(NamedTuple):
    """An upload as it stands."""

    row: UploadRow
    parts: list[UploadPart]

    @property
    def received(self) -> int:
        """How many bytes came so far."""
        return sum(part.size for part in self.parts)


async def start_upload(running: Running, app_id: str, *, filename: str, mime_type: str, file_length: int) -> str:
    """Announce an upload and return its session's id."""
    row = UploadRow(
        id=secrets.token_hex(_ID_BYTES),
        app_id=app_id,
        filename=filename,
        mime_type=mime_type,
        file_length=file_length,
        expires_at=running.clock.now() + running.settings.media_seconds,
    )
    await running.store.write(lambda connection: insert_upload(connection, row))
    return f"{_PREFIX}{row.id}?sig={_signature(running, row.id)}"


async def look_up_upload(running: Running, app_id: str, session: str, signature: str | None) -> Upload:
    """Return an upload of this app by its session's id; raises NodeUnknown."""
    id_ = session.removeprefix(_PREFIX)
    found = await running.store.read(lambda connection: find_upload(connection, id_))
    right = signature is None or hmac.compare_digest(signature.encode(), _signature(running, id_).encode())
    if found is None or not right or found[0].app_id != app_id or found[0].expires_at <= running.clock.now():
        raise NodeUnknown(f"id: got {shown(session)}, expected an upload of this app that has not expired")
    return Upload(*found)


async def append_to_upload(running: Running, upload: Upload, offset: int, pieces: AsyncIterator[bytes]) -> Upload:
    """Take the bytes that follow `offset`, where the upload stands; all that comes is kept, though more was announced."""
    row, received = upload.row, upload.received
    if offset != received:
        raise RequestInvalid(f"file_offset: got {offset}, expected {received}, where this upload stands")
    if received == row.file_length:
        return upload
    session = f"{_PREFIX}{row.id}"
    if session in running.media.under_way:
        raise RequestInvalid("file: got a piece while another one of this upload is coming, expected one at a time")
    running.media.under_way.add(session)
    try:
        return await _append(running, upload, pieces)
    finally:
        running.media.under_way.discard(session)


async def _append(running: Running, upload: Upload, pieces: AsyncIterator[bytes]) -> Upload:
    row, start = upload.row, upload.received
    room_left = row.file_length - start

    async def bounded() -> AsyncIterator[bytes]:
        seen = 0
        async for piece in pieces:
            seen += len(piece)
            if seen > room_left:
                raise RequestInvalid(f"file: got more than {row.file_length} bytes, expected file_length")
            yield piece

    def judge(first: bytes) -> FileType:
        # A later piece begins anywhere in the file: nothing can be told from it.
        kind = tell_file_type(first if start == 0 else b"", row.mime_type)
        return kind._replace(limit=row.file_length)

    kept = await write_file(running.media, bounded(), judge)
    if not kept.size:
        await drop_file(running.media, kept)
        return upload
    return Upload(row, [*upload.parts, await _store_part(running, row, start, kept)])


async def _store_part(running: Running, row: UploadRow, start: int, kept: KeptFile) -> UploadPart:
    part = UploadPart(upload=row.id, start=start, size=kept.size, secret=kept.secret, object=kept.path)
    try:
        await running.store.write(lambda connection: insert_upload_part(connection, part))
    except BaseException:
        await drop_file(running.media, kept)
        raise
    kept.held.close()
    return part


def handle_of(running: Running, upload: Upload) -> str:
    """Return the handle of an upload that is complete."""
    row = upload.row
    handle = UploadHandle(row.mime_type, row.id, int(row.expires_at), row.app_id)
    return make_handle(derive_key(running.data_key.raw, "upload handle"), handle)


class OpenedHandle(NamedTuple):
    """A file that was uploaded in pieces."""

    mime_type: str
    filename: str
    size: int
    content: AsyncIterator[bytes]


async def open_handle(running: Running, app_id: str, handle: object) -> OpenedHandle:
    """Return the file behind a handle, its content as a stream; raises RequestInvalid."""
    key = derive_key(running.data_key.raw, "upload handle")
    parsed = parse_handle(key, handle) if isinstance(handle, str) else None
    found = None
    if parsed is not None and parsed.app_id == app_id and parsed.expires_at > running.clock.now():
        id_ = parsed.upload
        found = await running.store.read(lambda connection: find_upload(connection, id_))
    if found is None or Upload(*found).received != found[0].file_length:
        raise RequestInvalid(f"handle: got {shown(handle)}, expected the handle ('h') of a finished upload of this app")
    row, parts = found
    return OpenedHandle(row.mime_type, row.filename, row.file_length, _content(running, parts))


async def read_handle(running: Running, app_id: str, handle: object, *, most: int) -> tuple[str, bytes]:
    """Return the MIME type and the content of the file behind a handle, of `most` bytes at most; raises RequestInvalid."""
    opened = await open_handle(running, app_id, handle)
    if opened.size > most:
        raise RequestInvalid(f"handle: got a file of {opened.size} bytes, at most {most}")
    return opened.mime_type, b"".join([piece async for piece in opened.content])


async def _content(running: Running, parts: list[UploadPart]) -> AsyncIterator[bytes]:
    room = running.media
    for part in parts:
        key = room.open_key(part.secret)
        async for piece in read_sealed(room, part.object, key, start=0, end=part.size, size=part.size):
            yield piece


def _signature(running: Running, id_: str) -> str:
    mac = hmac.digest(derive_key(running.data_key.raw, "upload session"), id_.encode(), "sha256")
    return urlsafe_b64encode(mac).decode()[:_SIGNATURE_CHARACTERS]
