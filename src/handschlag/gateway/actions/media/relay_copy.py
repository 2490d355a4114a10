"""Brings a file's ciphertext, as it lies, from the gateway's store to the relay: once for all messages that carry it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from handschlag.crypto.attachments import sealed_size
from handschlag.gateway.actions.media.keep_file import changed
from handschlag.gateway.actions.media.make_preview import make_preview
from handschlag.gateway.storage.media import MediaRow, update_media
from handschlag.object_store import ObjectMissing
from handschlag.relay_client.media import RelayMedia
from handschlag.wire.limits import DAY

if TYPE_CHECKING:
    from handschlag.gateway.running import Running


def is_at_relay(row: MediaRow, now: float) -> bool:
    """Whether a message sent now may point to the copy at the relay: its recipient has a day to fetch it, at least."""
    return row.blob is not None and row.object is not None and row.blob_expires_at > now + DAY


async def bring_to_relay(running: Running, row: MediaRow) -> MediaRow:
    """Return the file's row with a copy at the relay; raises RelayError, and ObjectMissing if the file is gone."""
    if is_at_relay(row, running.clock.now()):
        return row
    return await running.media.once("relay copy", row.id, partial(_bring, running, row))


async def _bring(running: Running, row: MediaRow) -> MediaRow:
    path = row.object
    if path is None:
        raise ObjectMissing(row.id)
    preview = row.preview if row.preview is not None else await make_preview(running, row)
    size = sealed_size(row.file_size)
    relay = RelayMedia(running.media.relays[row.company])
    async with running.media.uploading[row.company]:
        stored = await relay.upload(lambda: running.media.objects.read(path, 0, size), size)
    brought = {"blob": stored.id, "blob_expires_at": float(stored.expires_at), "preview": preview}
    if not await running.store.write(lambda connection: update_media(connection, row.id, **brought)):
        # Removed meanwhile: what is remembered now would come back from memory alone.
        raise ObjectMissing(row.id)
    row = changed(row, **brought)
    running.media.remember(row)
    return row
