"""Fetches a received file from the relay into the gateway's own store, and checks that it is the one that was sealed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from functools import partial
from typing import TYPE_CHECKING

from handschlag.crypto.attachments import FileOpener, sealed_size
from handschlag.crypto.errors import FileNotOpened
from handschlag.gateway.actions.media.keep_file import changed, not_kept
from handschlag.gateway.errors import MediaNotAvailable
from handschlag.gateway.rules.retry_schedule import next_try
from handschlag.gateway.storage.media import MediaRow, update_media
from handschlag.object_store import ObjectStoreError
from handschlag.relay_client.errors import RelayError, RelayRefused
from handschlag.relay_client.media import RelayMedia, sha256_text
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from handschlag.gateway.running import Running

_log = get_logger(__name__)
_SCHEDULE = [5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0]


async def fetch_incoming(running: Running, row: MediaRow) -> MediaRow:
    """Return the row of a received file once it is here.

    Raises MediaNotAvailable if it never will be, RelayError if it is not now: then it is tried again later.
    """
    if row.object is not None:
        return row
    if row.failure is not None:
        raise not_available(row)
    return await running.media.once("incoming", row.id, partial(_fetch, running, row))


async def _fetch(running: Running, row: MediaRow) -> MediaRow:
    # The row may still be in the open commit.
    await running.store.flushed()
    with running.media.new_object() as path:
        try:
            await running.media.objects.write(path, _checked(running, row))
        except FileNotOpened:
            return await _give_up(running, row, "the file at the relay is not the one that was sent")
        except RelayRefused as refused:
            if not refused.temporary:
                return await _give_up(running, row, f"the relay has the file no more ({refused.error.message})")
            await _postpone(running, row)
            raise
        except RelayError:
            await _postpone(running, row)
            raise
        except ObjectStoreError as error:
            await _postpone(running, row)
            raise not_kept(error) from error
        return await _change(running, row, object=path, next_try=0.0)


async def _checked(running: Running, row: MediaRow) -> AsyncIterator[bytes]:
    """Yield the sealed file as it comes; raises FileNotOpened unless it opens, whole, to what was sealed."""
    opener, digest = FileOpener(running.media.open_key(row.secret)), hashlib.sha256()
    relay = RelayMedia(running.media.relays[row.company])
    async for sealed in relay.download(row.blob or "", sealed_size(row.file_size)):
        digest.update(opener.feed(sealed))
        yield sealed
    digest.update(opener.finish())
    if not hmac.compare_digest(sha256_text(digest.digest()).rstrip("="), row.sha256.rstrip("=")):
        raise FileNotOpened


async def _postpone(running: Running, row: MediaRow) -> None:
    attempts, now = row.attempts + 1, running.clock.now()
    horizon = row.expires_at - row.created_at
    when = next_try(_SCHEDULE, attempts, created_at=row.created_at, now=now, horizon=horizon)
    await _change(running, row, attempts=attempts, next_try=when or row.expires_at)


async def _give_up(running: Running, row: MediaRow, failure: str) -> MediaRow:
    _log.info("incoming_media_failed", company=row.company, reason=failure)
    raise not_available(await _change(running, row, failure=failure, next_try=0.0))


async def _change(running: Running, row: MediaRow, **changes: object) -> MediaRow:
    there = await running.store.write(lambda connection: update_media(connection, row.id, **changes))
    row = changed(row, **changes)
    if not there:
        raise not_available(changed(row, failure="it was removed"))
    running.media.remember(row)
    return row


def not_available(row: MediaRow) -> MediaNotAvailable:
    """Return the error for a received file that cannot be had."""
    return MediaNotAvailable(f"id: got '{row.id}', a received file that cannot be had: {row.failure}")
