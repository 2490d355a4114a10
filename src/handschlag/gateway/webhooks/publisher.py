"""Writes events for all who are told of them, in the commit of what they tell, and hands them to their endpoints after it.

Who is told: the callback of the number, if it has one; else that of its business account; else all of the app's endpoints. Numbers and
accounts hear of the fields the app is subscribed to. Who reads by cursor is told beside them, whatever they are.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from zlib import crc32

from handschlag.gateway.storage.subscriptions import SubscriptionRow, list_subscriptions
from handschlag.gateway.storage.webhook_queue import ENQUEUE_EVENT, QueuedEvent, count_events, highest_sequence
from handschlag.gateway.webhooks.cursor_feed import CursorFeed
from handschlag.gateway.webhooks.delivery_log import DeliveryLog
from handschlag.gateway.webhooks.endpoint import Endpoint
from handschlag.gateway.webhooks.routing import route
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from handschlag.clock import Clock
    from handschlag.database.store import Store
    from handschlag.gateway.metrics import GatewayMetrics
    from handschlag.gateway.settings import GatewaySettings
    from handschlag.gateway.storage.companies import CompanyRow
    from handschlag.gateway.webhooks.endpoint import PostEvents

_log = get_logger(__name__)


def lane_of(conversation: str) -> int:
    """Return the number that keeps a conversation's events in order."""
    return crc32(conversation.encode()) & 0x7FFFFFFF


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
        self._log = DeliveryLog(store, settings)
        self._endpoints: dict[int, Endpoint] = {}
        self._feeds: dict[int, CursorFeed] = {}
        # Who is told, by number and field: looked up once, until subscriptions change.
        self._routes: dict[tuple[str, str], list[Endpoint | CursorFeed]] = {}
        self._sequence = 0
        # One at a time takes over what is to be told once more.
        self.replaying = asyncio.Lock()

    @property
    def backlog(self) -> int:
        """How many events no endpoint has confirmed yet."""
        return sum(endpoint.waiting for endpoint in self._endpoints.values())

    def backlog_of(self, company: CompanyRow, field: str) -> int:
        """Return how much waits for the endpoint that keeps up best, so that a dead one beside it stops nothing."""
        told = [to for to in self._route(company, field) if isinstance(to, Endpoint)]
        return min((endpoint.waiting for endpoint in told), default=0)

    async def start(self) -> None:
        """Go on with what is on disk."""
        rows = await self._store.read(list_subscriptions)
        counts = await self._store.read(count_events)
        # Numbers grow with time, so that they are not used twice although confirmed events leave no trace.
        newest = await self._store.read(highest_sequence)
        self._sequence = max(newest, int(self._clock.now() * 1_000_000))
        await self._log.start()
        for row in rows:
            await self._add(row, counts.get(row.id, 0), newest)

    async def stop(self) -> None:
        """Stop all deliveries."""
        for endpoint in self._endpoints.values():
            await endpoint.stop()
        await self._log.stop()

    def release_readers(self) -> None:
        """Answer those who wait for events with what there is."""
        for feed in self._feeds.values():
            feed.close()

    async def refresh(self) -> None:
        """Take over subscriptions that were added, changed or removed."""
        rows = {row.id: row for row in await self._store.read(list_subscriptions)}
        known: dict[int, Endpoint | CursorFeed] = {**self._endpoints, **self._feeds}
        changed = False
        for number in [n for n in known if n not in rows]:
            changed = True
            self._routes.clear()
            if number in self._endpoints:
                await self._endpoints.pop(number).stop()
            else:
                self._feeds.pop(number).close()
        for row in rows.values():
            found = known.get(row.id)
            if found is None:
                await self._add(row, 0, 0)
            elif found.subscription == row:
                continue
            elif isinstance(found, Endpoint):
                found.change(row)
            else:
                found.subscription = row
            changed = True
        if changed:
            self._routes.clear()
            _log.info("webhooks_changed", endpoints=len(self._endpoints), readers=len(self._feeds))

    async def _add(self, row: SubscriptionRow, waiting: int, newest: int) -> None:
        if row.is_read:
            self._feeds[row.id] = CursorFeed(row)
            return
        endpoint = Endpoint(
            row,
            self._post,
            store=self._store,
            clock=self._clock,
            settings=self._settings,
            metrics=self._metrics,
            log=self._log,
        )
        self._endpoints[row.id] = endpoint
        await endpoint.start(waiting, newest)

    def _route(self, company: CompanyRow, field: str) -> list[Endpoint | CursorFeed]:
        key = (company.phone_number_id, field)
        found = self._routes.get(key)
        if found is None:
            everybody: dict[int, Endpoint | CursorFeed] = {**self._endpoints, **self._feeds}
            told = route([to.subscription for to in everybody.values()], company, field)
            found = self._routes[key] = [everybody[number] for number in told]
        return found

    def is_wanted(self, company: CompanyRow, field: str) -> bool:
        """Whether anybody is told of this field about a company."""
        return bool(self._route(company, field))

    def feed_of(self, app_id: str) -> CursorFeed | None:
        """Return the events an app reads by cursor, if it asked for that."""
        return next((feed for feed in self._feeds.values() if feed.subscription.app_id == app_id), None)

    def callback_of(self, app_id: str, target: str = "") -> str | None:
        """Return the URL of an app's first endpoint, or that of one of its accounts or numbers."""
        for endpoint in self._endpoints.values():
            if endpoint.subscription.app_id == app_id and endpoint.subscription.target == target:
                return endpoint.subscription.callback_url
        return None

    def is_failing(self, app_id: str) -> bool:
        """Whether one of an app's endpoints does not answer."""
        return any(e.is_failing for e in self._endpoints.values() if e.subscription.app_id == app_id)

    def publish(self, company: CompanyRow, field: str, conversation: str, entry: bytes) -> None:
        """Queue one event for each endpoint that wants it; the caller adds what it tells without awaiting in between."""
        told = self._route(company, field)
        if not told:
            return
        self._sequence += 1
        now = self._clock.now()
        lane = lane_of(conversation)
        for to in told:
            event = QueuedEvent(to.subscription.id, self._sequence, lane, field, entry, 0, now, now)
            self._store.add(ENQUEUE_EVENT, (event.subscription, event.sequence, lane, field, entry, 0, now, now))
            self._store.after(to.enqueued, event)

    def told_again(self, subscription: int, company: CompanyRow | None, field: str) -> list[int]:
        """Return the endpoints that a replay goes to: its own, or, if that is gone, those that would be told today."""
        if subscription in self._endpoints:
            return [subscription]
        if company is None:
            return []
        return [to.subscription.id for to in self._route(company, field) if isinstance(to, Endpoint)]

    def replay(self, event: QueuedEvent, *, was_waiting: bool) -> None:
        """Post an event that is in the queue: again, or, if it was waiting there, now."""
        endpoint = self._endpoints.get(event.subscription)
        if endpoint is None:
            return
        if was_waiting:
            endpoint.try_now(event.sequence)
        else:
            endpoint.replay(event)
