"""Takes a sealed file in several requests: announced and counted once, appended to wherever it stopped, stored when it is whole.

The sender chooses the id, so that every step may be repeated after a lost answer. What came lies in the relay's own folder until then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Connection

from handschlag.relay.actions.media.store_media import count_usage, object_path
from handschlag.relay.context import Context
from handschlag.relay.errors import BadRequest, Conflict, NotFound, RateLimited
from handschlag.relay.mailroom import Address
from handschlag.relay.storage.media import MediaRow, find_media, give_back_usage, insert_media
from handschlag.relay.storage.media_uploads import (
    UploadRow,
    count_uploads,
    delete_upload,
    find_upload,
    insert_upload,
    list_expired_uploads,
    list_known_uploads,
)
from handschlag.wire.http import MediaUpload
from handschlag.wire.ids import is_media_id
from handschlag.wire.limits import DAY, SEALED_MEDIA_BYTES, UPLOAD_SECONDS, UPLOADS_PER_ACCOUNT

_PAGE = 200
_BUSY_SECONDS = 2.0


async def begin_upload(context: Context, sender: Address, id_: str, length: int) -> MediaUpload:
    """Announce a file, or ask how far it is; raises Conflict for an id that belongs to another file."""
    if not is_media_id(id_):
        raise BadRequest("not an id of 192 bits", field="id", seen=id_[:64], limit="48 hexadecimal digits, lower case")
    if not 1 <= length <= SEALED_MEDIA_BYTES:
        raise BadRequest(
            "a length that no file has", field="bytes", seen=str(length), limit=f"1 to {SEALED_MEDIA_BYTES}"
        )
    stored = await context.store.read(lambda connection: find_media(connection, id_))
    if stored is not None:
        _check_same(stored, sender, length)
        return MediaUpload(id=id_, offset=length, bytes=length, expires_at=int(stored.expires_at))
    row = await context.store.read(lambda connection: find_upload(connection, id_))
    if row is None:
        return await _announce(context, sender, id_, length)
    _check_same(row, sender, length)
    if await context.media.uploads.size(id_) < length:
        return await _state(context, row)
    with _alone(context, id_):
        return await _finish(context, row)


def _check_same(known: MediaRow | UploadRow, sender: Address, length: int) -> None:
    if known.account != sender.account or known.bytes != length:
        raise Conflict("this id belongs to another file", field="id")


async def _announce(context: Context, sender: Address, id_: str, length: int) -> MediaUpload:
    account, now = sender.account, context.clock.now()
    if await context.store.read(lambda connection: count_uploads(connection, account)) >= UPLOADS_PER_ACCOUNT:
        raise RateLimited(
            f"got {UPLOADS_PER_ACCOUNT + 1} unfinished uploads, at most {UPLOADS_PER_ACCOUNT}", retry_after=60.0
        )
    day = int(now // DAY)
    await count_usage(context, account, day, length, now)
    row = UploadRow(id=id_, account=account, bytes=length, created_at=now, expires_at=now + UPLOAD_SECONDS)
    try:
        await context.store.write(lambda connection: insert_upload(connection, row))
    except BaseException:
        await context.store.write(lambda connection: give_back_usage(connection, account, day, length))
        raise
    return await _state(context, row)


async def read_upload(context: Context, sender: Address, id_: str) -> UploadRow:
    """Return an upload of the caller's own; raises NotFound for anything else."""
    row = await context.store.read(lambda connection: find_upload(connection, id_)) if is_media_id(id_) else None
    if row is None or row.account != sender.account or row.expires_at <= context.clock.now():
        raise NotFound("there is no such upload, or its time is over", field="id")
    return row


async def append_upload(context: Context, row: UploadRow, offset: int, pieces: AsyncIterator[bytes]) -> MediaUpload:
    """Append what comes; raises Conflict if the upload is not at this offset, BadRequest if more comes than was announced."""
    with _alone(context, row.id):
        at = await context.media.uploads.size(row.id)
        if offset != at:
            raise Conflict("the upload is at another place", field="Upload-Offset", seen=str(offset), limit=str(at))
        await context.media.uploads.append(row.id, _counted(pieces, row.bytes - at))
        if await context.media.uploads.size(row.id) == row.bytes:
            return await _finish(context, row)
    return await _state(context, row)


async def _counted(pieces: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    seen = 0
    async for piece in pieces:
        seen += len(piece)
        if seen > most:
            raise BadRequest(
                "more than was announced", field="body", seen=f"at least {seen} bytes", limit=f"{most} bytes"
            )
        yield piece


@contextmanager
def _alone(context: Context, id_: str) -> Iterator[None]:
    """Let one request at a time write to an upload: the one before may not know yet that its caller is gone."""
    if id_ in context.media.under_way:
        raise RateLimited("the upload is being written to", retry_after=_BUSY_SECONDS)
    context.media.under_way.add(id_)
    try:
        yield
    finally:
        context.media.under_way.discard(id_)


async def _finish(context: Context, row: UploadRow) -> MediaUpload:
    """Store the file under its id; after a crash in between this is done again."""
    room, now = context.media, context.clock.now()
    await room.objects.write(object_path(row.id), room.uploads.read(row.id))
    stored = MediaRow(
        id=row.id,
        account=row.account,
        bytes=row.bytes,
        created_at=now,
        expires_at=now + context.settings.media_seconds,
    )

    def store(connection: Connection) -> None:
        insert_media(connection, stored)
        delete_upload(connection, row.id)

    await context.store.write(store)
    await room.uploads.remove(row.id)
    context.metrics.media_bytes.labels("in").inc(row.bytes)
    return MediaUpload(id=row.id, offset=row.bytes, bytes=row.bytes, expires_at=int(stored.expires_at))


async def _state(context: Context, row: UploadRow) -> MediaUpload:
    at = await context.media.uploads.size(row.id)
    return MediaUpload(id=row.id, offset=at, bytes=row.bytes, expires_at=int(row.expires_at))


async def drop_upload(context: Context, row: UploadRow) -> None:
    """Forget an upload and what came of it; what did not come is counted back."""
    with _alone(context, row.id):
        missing = row.bytes - await context.media.uploads.size(row.id)
        day = int(row.created_at // DAY)
        if await context.store.write(lambda connection: delete_upload(connection, row.id)):
            await context.store.write(lambda connection: give_back_usage(connection, row.account, day, missing))
        await context.media.uploads.remove(row.id)


async def expire_uploads(context: Context) -> None:
    """Forget uploads past their time, and what a crash left without a row."""
    now = context.clock.now()
    for row in await context.store.read(partial(list_expired_uploads, now=now, limit=_PAGE)):
        if row.id not in context.media.under_way:
            await drop_upload(context, row)
    names = [name for name in await context.media.uploads.list() if name not in context.media.under_way]
    for start in range(0, len(names), _PAGE):
        page = names[start : start + _PAGE]
        known = await context.store.read(partial(list_known_uploads, ids=page))
        for name in page:
            if name not in known and name not in context.media.under_way:
                await context.media.uploads.remove(name)
