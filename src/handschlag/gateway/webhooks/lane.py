"""One line of events to one endpoint: first in, first out, one request at a time over a connection that stays open."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handschlag.gateway.storage.webhook_queue import QueuedEvent


class Lane:
    """Holds events and hands them on in batches of at most `merge`; it rests while there are none, or while the endpoint is paused."""

    def __init__(self, merge: int, deliver: Callable[[list[QueuedEvent]], Awaitable[None]]) -> None:
        self.merge = merge
        self._deliver = deliver
        self._events: deque[QueuedEvent] = deque()
        self._wake: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to deliver."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Stop at once; what was under way is delivered again after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def push(self, event: QueuedEvent) -> None:
        """Add an event at the end."""
        self._events.append(event)
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def push_first(self, event: QueuedEvent) -> None:
        """Add an event that is due again."""
        self._events.appendleft(event)
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        events = self._events
        while True:
            if not events:
                self._wake = loop.create_future()
                await self._wake
                self._wake = None
            count = min(self.merge, len(events))
            await self._deliver([events.popleft() for _ in range(count)])
