"""Clears away files and uploads past their time, and objects a crash left without a row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from handschlag.gateway.actions.media.keep_file import remove_object
from handschlag.gateway.storage.media import delete_media, list_expired_media, list_known_objects
from handschlag.gateway.storage.uploads import take_expired_uploads
from handschlag.object_store import ObjectStoreError
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from handschlag.gateway.running import Running

_log = get_logger(__name__)
_PAGE = 200


async def clear_media(running: Running) -> int:
    """Remove what is past its time, rows first, then leftovers; returns how many files and leftovers there were."""
    room, store, now, count = running.media, running.store, running.clock.now(), 0
    while rows := await store.read(partial(list_expired_media, now=now, limit=_PAGE)):
        await store.write(partial(delete_media, ids=[row.id for row in rows]))
        for row in rows:
            room.forget(row.id)
            if row.object is not None:
                await remove_object(room, row.object)
        count += len(rows)
    while paths := await store.write(partial(take_expired_uploads, now=now, limit=_PAGE)):
        for path in paths:
            await remove_object(room, path)
        count += len(paths)
    return count + await _sweep(running)


async def _sweep(running: Running) -> int:
    room, count = running.media, 0
    try:
        paths = [found.path async for found in room.objects.list("")]
        for start in range(0, len(paths), _PAGE):
            page = [path for path in paths[start : start + _PAGE] if path not in room.under_way]
            known = await running.store.read(partial(list_known_objects, names=page))
            left = [path for path in page if path not in known]
            await room.objects.delete(*left)
            count += len(left)
    except ObjectStoreError as error:
        _log.warning("objects_not_listed", error=str(error))
    return count
