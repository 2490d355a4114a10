"""Works for files while the gateway runs: fetches what was received, again after a failure, and holds the session for links."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from handschlag.database.errors import DatabaseError
from handschlag.gateway.actions.media.fetch_incoming import fetch_incoming
from handschlag.gateway.actions.media.fetch_link import open_link_session
from handschlag.gateway.errors import ApiError
from handschlag.gateway.media_room import MediaRoom
from handschlag.gateway.storage.media import list_media_to_fetch
from handschlag.object_store import ObjectStore
from handschlag.relay_client.errors import RelayError
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from handschlag.gateway.data_key import DataKey
    from handschlag.gateway.running import Running
    from handschlag.gateway.settings import GatewaySettings
    from handschlag.gateway.storage.media import MediaRow

_log = get_logger(__name__)
_LOOK_AGAIN = 5.0
_AT_ONCE = 4


def open_media_room(settings: GatewaySettings, data_key: DataKey) -> MediaRoom:
    """Return the gateway's file store."""
    base_url = settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    return MediaRoom(ObjectStore(settings.media_url, settings.data / "media"), data_key, settings, base_url=base_url)


class MediaWorkers:
    """The task that fetches received files."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._work = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        running.media.wake_fetcher = self._work.set

    async def start(self) -> None:
        """Clear away what a crash left half written, and take up what was not fetched."""
        await self._running.media.objects.clear_unfinished()
        self._running.media.session = open_link_session(self._running.settings)
        self._work.set()
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Stop; what is not here yet is fetched after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._running.media.stop()
        if self._running.media.session is not None:
            await self._running.media.session.close()

    async def _run(self) -> None:
        while True:
            try:
                async with asyncio.timeout(_LOOK_AGAIN):
                    await self._work.wait()
            except TimeoutError:
                pass
            self._work.clear()
            try:
                await self._round()
            except DatabaseError:
                raise
            except Exception:  # noqa: BLE001  other files may be in order
                _log.exception("media_not_fetched")

    async def _round(self) -> None:
        now = self._running.clock.now()
        rows = await self._running.store.read(lambda connection: list_media_to_fetch(connection, now, _AT_ONCE))
        rows = [row for row in rows if row.company in self._running.media.relays]
        await asyncio.gather(*(self._fetch(row) for row in rows))
        if len(rows) == _AT_ONCE:
            self._work.set()

    async def _fetch(self, row: MediaRow) -> None:
        try:
            await fetch_incoming(self._running, row)
        except (RelayError, ApiError) as error:
            _log.info("media_not_fetched", company=row.company, error=type(error).__name__)
