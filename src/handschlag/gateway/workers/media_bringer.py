"""Brings the files of accepted messages, many at once, so that a slow link holds up nobody else; goes on where it was after a restart."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from handschlag.database.errors import DatabaseError
from handschlag.gateway.actions.messages.await_media import complete_message, give_up_message
from handschlag.gateway.errors import ApiError
from handschlag.gateway.storage.waiting_for_media import list_awaiting_media
from handschlag.relay_client.errors import RelayError
from handschlag.telemetry.logs import get_logger
from handschlag.wire.limits import DAY

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.waiting_for_media import AwaitingMessage

_log = get_logger(__name__)
# A link that never answers holds its place until the fetch times out: enough places, so that others pass it.
_AT_ONCE = 64
_AGAIN_SECONDS = 2.0
# As long as a message waits for anything else that does not answer: after this the program should know.
_LONGEST_WAIT = 1 * DAY


class MediaBringer:
    """The tasks that complete one company's messages."""

    def __init__(self, running: Running, company: Company) -> None:
        self._running = running
        self._company = company
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        company.bring_files = self.bring

    async def start(self) -> None:
        """Take up what waited when the process ended."""
        company = self._company
        waiting = await self._running.store.read(lambda connection: list_awaiting_media(connection, company.id))
        company.awaiting_media = len(waiting)
        for message in waiting:
            self.bring(message)

    async def stop(self) -> None:
        """Stop; what waits stays on disk."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def bring(self, message: AwaitingMessage) -> None:
        """Begin to bring a message's files, as soon as there is a place."""
        task = asyncio.get_running_loop().create_task(self._bring(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring(self, message: AwaitingMessage) -> None:
        while True:
            async with self._places:
                if await self._try(message):
                    return
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _try(self, message: AwaitingMessage) -> bool:
        """Bring once; returns whether the message is done with, for better or worse."""
        try:
            await complete_message(self._running, self._company, message)
        except ApiError as error:
            await self._give_up(message, error.details)
        except DatabaseError:
            raise
        except RelayError as error:
            if self._running.clock.now() - message.created_at < _LONGEST_WAIT:
                _log.info("relay_not_reached", company=self._company.id, error=type(error).__name__)
                return False
            await self._give_up(message, "The relay did not take the file within a day.")
        except Exception:  # noqa: BLE001  one message's trouble is not the others'
            _log.exception("media_not_brought", company=self._company.id, envelope=message.id)
            await self._give_up(message, "The file could not be brought; its cause stands in the gateway's log.")
        return True

    async def _give_up(self, message: AwaitingMessage, details: str) -> None:
        _log.info("media_failed", company=self._company.id, envelope=message.id)
        await give_up_message(self._running, self._company, message, details)
