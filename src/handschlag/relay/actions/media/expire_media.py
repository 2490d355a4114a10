"""Clears away files past their time, and what a crash left in the object store without a row."""

from __future__ import annotations

from functools import partial

from handschlag.object_store import ObjectStoreError
from handschlag.relay.actions.media.receive_upload import expire_uploads
from handschlag.relay.actions.media.store_media import object_path, remove_object
from handschlag.relay.context import Context
from handschlag.relay.storage.media import delete_media, forget_usage, list_expired_media, list_known_media
from handschlag.telemetry.logs import get_logger
from handschlag.wire.limits import DAY

_log = get_logger(__name__)
_PAGE = 200
# A listing of a large bucket costs time and money.
_SWEEP_SECONDS = 6 * 3600.0


async def expire_media(context: Context) -> int:
    """Remove expired files, row first, and now and then leftovers; returns how many files expired."""
    now, total = context.clock.now(), 0
    while ids := await context.store.read(partial(list_expired_media, now=now, limit=_PAGE)):
        await context.store.write(partial(delete_media, ids=ids))
        for id_ in ids:
            await remove_object(context, id_)
        total += len(ids)
    await expire_uploads(context)
    if now - context.media.swept_at >= _SWEEP_SECONDS:
        await context.store.write(lambda connection: forget_usage(connection, int(now // DAY)))
        await _sweep(context)
        # Not before: whoever has it cleared away now does not return while the worker is still at it.
        context.media.swept_at = now
    return total


async def _sweep(context: Context) -> None:
    """Remove objects without a row, except those that are being written."""
    try:
        names = [
            found.path.rpartition("/")[2]
            async for found in context.media.objects.list("")
            # Parts of backups have rows of their own from before they are written.
            if not found.path.startswith("backups/")
        ]
        for start in range(0, len(names), _PAGE):
            page = [name for name in names[start : start + _PAGE] if name not in context.media.under_way]
            known = await context.store.read(partial(list_known_media, ids=page))
            # Looked at again: what was being listed may have become complete before its row was read, or is being written now.
            left = [name for name in page if name not in known and name not in context.media.under_way]
            for name in left:
                await context.media.objects.delete(object_path(name))
            if left:
                _log.info("leftover_objects_removed", count=len(left))
    except ObjectStoreError as error:
        _log.warning("objects_not_listed", error=str(error))
