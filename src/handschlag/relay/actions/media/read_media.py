"""Hands out and removes sealed files."""

from __future__ import annotations

from collections.abc import AsyncIterator

from handschlag.relay.actions.media.store_media import object_path, remove_object
from handschlag.relay.context import Context
from handschlag.relay.errors import Forbidden, NotFound
from handschlag.relay.mailroom import Address
from handschlag.relay.storage.media import MediaRow, delete_media, find_media
from handschlag.wire.ids import is_media_id


async def look_up_media(context: Context, id_: str) -> MediaRow:
    """Return a file that is complete and not expired; raises NotFound for anything else."""
    row = await context.store.read(lambda connection: find_media(connection, id_)) if is_media_id(id_) else None
    if row is None or row.expires_at <= context.clock.now():
        raise NotFound("there is no such file, or its time is over", field="id")
    return row


def read_media(context: Context, row: MediaRow, start: int, end: int) -> AsyncIterator[bytes]:
    """Yield the bytes `start` to `end` (without `end`) of a sealed file."""
    context.metrics.media_bytes.labels("out").inc(end - start)
    return context.media.objects.read(object_path(row.id), start, end)


async def remove_media(context: Context, sender: Address, id_: str) -> None:
    """Remove a file on behalf of the account that brought it."""
    row = await look_up_media(context, id_)
    if row.account != sender.account:
        raise Forbidden("only the account that stored a file removes it", field="id")
    await context.store.write(lambda connection: delete_media(connection, [id_]))
    await remove_object(context, id_)
