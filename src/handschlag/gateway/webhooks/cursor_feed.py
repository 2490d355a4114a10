"""Events for those who read them by cursor: nobody is called, readers that wait are woken."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handschlag.gateway.storage.subscriptions import SubscriptionRow
    from handschlag.gateway.storage.webhook_queue import QueuedEvent


class CursorFeed:
    """One app's events as they come; they stay on disk until their time is over."""

    def __init__(self, subscription: SubscriptionRow) -> None:
        self.subscription = subscription
        self.closed = False
        self._news: asyncio.Future[None] | None = None

    def next_news(self) -> asyncio.Future[None]:
        """Return what is done when the next event is on disk; one for all who wait."""
        if self._news is None:
            self._news = asyncio.get_running_loop().create_future()
        return self._news

    def enqueued(self, _event: QueuedEvent) -> None:
        """Wake those who wait: an event is on disk now."""
        if self._news is not None:
            if not self._news.done():
                self._news.set_result(None)
            self._news = None

    def close(self) -> None:
        """Let those who wait go: the gateway stops, or the app does not read any more."""
        self.closed = True
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
