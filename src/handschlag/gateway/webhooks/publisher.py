"""Writes events for all who subscribed to them, in the commit of what they tell, and hands them to their endpoints after it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from handschlag.gateway.storage.subscriptions import SubscriptionRow, list_subscriptions
from handschlag.gateway.storage.webhook_queue import ENQUEUE_EVENT, QueuedEvent, count_events, highest_sequence
from handschlag.gateway.webhooks.endpoint import Endpoint

if TYPE_CHECKING:
    from handschlag.clock import Clock
    from handschlag.database.store import Store
    from handschlag.gateway.metrics import GatewayMetrics
    from handschlag.gateway.settings import GatewaySettings
    from handschlag.gateway.storage.companies import CompanyRow
    from handschlag.gateway.webhooks.endpoint import PostEvents


class WebhookPublisher:
    """Knows the endpoints of every app."""

    def __init__(
        self, post: PostEvents, *, store: Store, clock: Clock, settings: GatewaySettings, metrics: GatewayMetrics
    ) -> None:
        self._post = post
        self._store = store
        self._clock = clock
        self._settings = settings
        self._metrics = metrics
        self._endpoints: dict[int, Endpoint] = {}
        self._by_field: dict[tuple[str, str], list[Endpoint]] = {}
        self._sequence = 0

    @property
    def backlog(self) -> int:
        """How many events no endpoint has confirmed yet."""
        return sum(endpoint.waiting for endpoint in self._endpoints.values())

    async def start(self) -> None:
        """Go on with what is on disk."""
        rows = await self._store.read(list_subscriptions)
        counts = await self._store.read(count_events)
        # Numbers grow with time, so that they are not used twice although confirmed events leave no trace.
        newest = await self._store.read(highest_sequence)
        self._sequence = max(newest, int(self._clock.now() * 1_000_000))
        for row in rows:
            await self._add(row, counts.get(row.id, 0), newest)
        self._index()

    async def stop(self) -> None:
        """Stop all deliveries."""
        for endpoint in self._endpoints.values():
            await endpoint.stop()

    async def refresh(self) -> None:
        """Take over subscriptions that were added, changed or removed."""
        rows = {row.id: row for row in await self._store.read(list_subscriptions)}
        for number in [n for n in self._endpoints if n not in rows]:
            await self._endpoints.pop(number).stop()
        for row in rows.values():
            if row.id in self._endpoints:
                if self._endpoints[row.id].subscription != row:
                    self._endpoints[row.id].change(row)
            else:
                await self._add(row, 0, 0)
        self._index()

    async def _add(self, row: SubscriptionRow, waiting: int, newest: int) -> None:
        endpoint = Endpoint(
            row, self._post, store=self._store, clock=self._clock, settings=self._settings, metrics=self._metrics
        )
        self._endpoints[row.id] = endpoint
        await endpoint.start(waiting, newest)

    def _index(self) -> None:
        self._by_field = {}
        for endpoint in self._endpoints.values():
            for field in endpoint.subscription.fields:
                self._by_field.setdefault((endpoint.subscription.app_id, field), []).append(endpoint)

    def is_wanted(self, company: CompanyRow, field: str) -> bool:
        """Whether anybody is told of this field about a company."""
        return (company.app_id, field) in self._by_field

    def callback_of(self, app_id: str) -> str | None:
        """Return the URL of an app's first endpoint."""
        for endpoint in self._endpoints.values():
            if endpoint.subscription.app_id == app_id:
                return endpoint.subscription.callback_url
        return None

    def publish(self, company: CompanyRow, field: str, conversation: str, entry: bytes) -> None:
        """Queue one event for each endpoint that wants it; the caller adds what it tells without awaiting in between."""
        endpoints = self._by_field.get((company.app_id, field))
        if not endpoints:
            return
        self._sequence += 1
        now = self._clock.now()
        lane = crc32(conversation.encode()) & 0x7FFFFFFF
        for endpoint in endpoints:
            event = QueuedEvent(endpoint.subscription.id, self._sequence, lane, entry, 0, now, now)
            self._store.add(ENQUEUE_EVENT, (event.subscription, event.sequence, event.lane, event.entry, 0, now, now))
            self._store.after(endpoint.enqueued, event)
