"""Hands out a file's content, opened chunk by chunk while it is read, and removes files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from handschlag.crypto.attachments import FileOpener, chunk_span
from handschlag.gateway.actions.media.fetch_incoming import fetch_incoming, not_available
from handschlag.gateway.actions.media.keep_file import remove_object
from handschlag.gateway.errors import NotNow
from handschlag.gateway.storage.media import MediaRow, delete_media
from handschlag.relay_client.errors import RelayError

if TYPE_CHECKING:
    from handschlag.crypto.attachments import FileKey
    from handschlag.gateway.media_room import MediaRoom
    from handschlag.gateway.running import Running


async def have_here(running: Running, row: MediaRow) -> MediaRow:
    """Return the row of a file that is in the gateway's own store, fetched now if it is not; raises ApiError."""
    if row.failure is not None:
        raise not_available(row)
    try:
        return await fetch_incoming(running, row)
    except RelayError as error:
        raise NotNow(
            f"id: got '{row.id}', whose content the relay does not give now ({error})", retry_after=5
        ) from None


def read_content(room: MediaRoom, row: MediaRow, start: int, end: int) -> AsyncIterator[bytes]:
    """Yield the bytes `start` to `end` (without `end`) of a file that is here; raises FileNotOpened if its object is damaged."""
    assert row.object is not None
    return read_sealed(room, row.object, room.open_key(row.secret), start=start, end=end, size=row.file_size)


async def read_sealed(
    room: MediaRoom, path: str, key: FileKey, *, start: int, end: int, size: int
) -> AsyncIterator[bytes]:
    """Yield bytes of a sealed object of `size` bytes of content; only the chunks that hold them are read."""
    span = chunk_span(start, end, size)
    opener = FileOpener(key, first=span.first)
    skip, left = span.skip, end - start
    async for sealed in room.objects.read(path, span.start, span.end):
        piece = opener.feed(sealed)[:]
        if piece:
            wanted = piece[skip : skip + left]
            skip = max(0, skip - len(piece))
            left -= len(wanted)
            if wanted:
                yield wanted
    last = opener.finish(last=span.reaches_end)[skip : skip + left]
    if last:
        yield last


async def remove_media(running: Running, row: MediaRow) -> None:
    """Remove a file from the gateway; copies at the relay stay for those it was sent to."""
    await running.store.write(lambda connection: delete_media(connection, [row.id]))
    running.media.forget(row.id)
    if row.object is not None:
        await remove_object(running.media, row.object)
