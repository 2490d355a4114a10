"""One subscription's deliveries.

What is stored: each event is a row of webhook_queue until the endpoint answers 2xx, or its time is over.

The life of an event: written in the commit of what it tells; after that commit it enters the lane of its conversation; the lane posts it;
a 2xx removes the row. Any other end counts an attempt and puts the event on the retry list with a later time. After several failures in a
row the endpoint is paused as a whole and tried with one event at a time, so that a dead endpoint costs nearly nothing. Only some events
are held in memory; the rest are read from disk when there is room.

What we cannot know: whether an endpoint that did not answer has worked on the event. It gets it again, with the same `X-Event-Id`.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
from typing import TYPE_CHECKING, Protocol

from handschlag.gateway.rules.retry_schedule import next_try
from handschlag.gateway.storage.webhook_queue import POSTPONE_EVENT, REMOVE_EVENT, QueuedEvent, list_events
from handschlag.gateway.webhooks.lane import Lane

if TYPE_CHECKING:
    from handschlag.clock import Clock
    from handschlag.database.store import Store
    from handschlag.gateway.metrics import GatewayMetrics
    from handschlag.gateway.settings import GatewaySettings
    from handschlag.gateway.storage.subscriptions import SubscriptionRow
    from handschlag.gateway.webhooks.delivery_log import DeliveryLog
    from handschlag.gateway.webhooks.outcome import Outcome

IN_MEMORY = 20_000
_FAILURES_BEFORE_PAUSE = 3
_LONGEST_PAUSE = 10.0
_LOOK_AGAIN = 1.0
_SOONEST = 0.05


class PostEvents(Protocol):
    """Makes one request with some events."""

    async def __call__(self, subscription: SubscriptionRow, events: list[QueuedEvent]) -> Outcome:
        """Post the events."""
        ...


class Endpoint:
    """Delivers one subscription's events until they are confirmed."""

    def __init__(
        self,
        subscription: SubscriptionRow,
        post: PostEvents,
        *,
        store: Store,
        clock: Clock,
        settings: GatewaySettings,
        metrics: GatewayMetrics,
        log: DeliveryLog,
    ) -> None:
        self.subscription = subscription
        self.waiting = 0
        self._post = post
        self._store = store
        self._clock = clock
        self._settings = settings
        self._metrics = metrics
        self._log = log
        self._lanes = [Lane(max(1, subscription.merge), self._deliver) for _ in range(settings.webhook_lanes)]
        # `_loaded` is the last event taken into memory, `_newest` the last one on disk.
        self._held = 0
        self._loaded = 0
        self._newest = 0
        self._failures = 0
        self._probing = asyncio.Lock()
        self._changed = asyncio.Event()
        self._retries: list[tuple[float, int, QueuedEvent]] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, waiting: int, newest: int) -> None:
        """Begin with `waiting` events on disk, the last numbered `newest` at most."""
        self.waiting = waiting
        self._newest = newest if waiting else 0
        for lane in self._lanes:
            lane.start()
        self._tasks = [asyncio.get_running_loop().create_task(self._look_after_retries())]
        await self._load()

    async def stop(self) -> None:
        """Stop delivering; the rows stay."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for lane in self._lanes:
            await lane.stop()

    @property
    def is_failing(self) -> bool:
        """Whether the endpoint has not answered for several requests in a row."""
        return self._failures >= _FAILURES_BEFORE_PAUSE

    def change(self, subscription: SubscriptionRow) -> None:
        """Go on under new settings, at once."""
        self.subscription = subscription
        for lane in self._lanes:
            lane.merge = max(1, subscription.merge)
        self._failures = 0
        self._changed.set()

    def enqueued(self, event: QueuedEvent) -> None:
        """Take an event that is on disk now."""
        self.waiting += 1
        older_on_disk = self._newest > self._loaded
        self._newest = max(self._newest, event.sequence)
        if event.sequence > self._loaded and not older_on_disk and self._held < IN_MEMORY:
            self._hold(event)

    def replay(self, event: QueuedEvent) -> None:
        """Take an event that is on disk once more, though later ones were taken before."""
        self.waiting += 1
        if event.sequence > self._loaded and self._newest > self._loaded:
            # It will be read with those it stands among.
            self._newest = max(self._newest, event.sequence)
            return
        # Never read a second time.
        self._loaded = max(self._loaded, event.sequence)
        self._held += 1
        self._lane(event).push(event)

    def try_now(self, sequence: int) -> None:
        """Try an event that waits for its next time at once, if it is in memory."""
        found = next((event for _, number, event in self._retries if number == sequence), None)
        if found is not None:
            self._retries = [one for one in self._retries if one[2] is not found]
            heapq.heapify(self._retries)
            self._lane(found).push_first(found)
        self._changed.set()

    def _hold(self, event: QueuedEvent) -> None:
        self._held += 1
        self._loaded = event.sequence
        if event.attempts:
            heapq.heappush(self._retries, (event.next_try, event.sequence, event))
        else:
            self._lane(event).push(event)

    def _lane(self, event: QueuedEvent) -> Lane:
        return self._lanes[event.lane % len(self._lanes)]

    async def _load(self) -> None:
        """Read from disk while there is room in memory."""
        while self._newest > self._loaded and self._held < IN_MEMORY // 2:
            number, after, newest = self.subscription.id, self._loaded, self._newest
            found = await self._store.read(lambda c: list_events(c, number, after=after, limit=IN_MEMORY // 4))  # noqa: B023  read at once
            for event in found:
                self._hold(event)
            if not found:
                self._loaded = newest

    async def _deliver(self, events: list[QueuedEvent]) -> None:
        now = self._clock.now()
        horizon = self._settings.webhook_seconds
        if now - events[0].created_at >= horizon:
            events = self._without_expired(events, now)
        if not events:
            return
        if self._failures >= _FAILURES_BEFORE_PAUSE:
            async with self._probing:
                if self._failures >= _FAILURES_BEFORE_PAUSE:
                    await self._pause()
                    await self._try(events)
                    return
        await self._try(events)

    async def _try(self, events: list[QueuedEvent]) -> None:
        subscription, began = self.subscription, self._clock.now()
        self._settle(events, await self._post(subscription, events), subscription, began)

    async def _pause(self) -> None:
        wait = min(_LONGEST_PAUSE, 0.5 * 2 ** min(self._failures - _FAILURES_BEFORE_PAUSE, 8))
        self._changed.clear()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._changed.wait(), wait)

    def _settle(self, events: list[QueuedEvent], outcome: Outcome, subscription: SubscriptionRow, began: float) -> None:
        number = subscription.id
        if outcome.confirmed:
            if self._failures >= _FAILURES_BEFORE_PAUSE:
                # It was down, and is back: what failed meanwhile failed for that reason alone.
                self._release_due(float("inf"))
            self._failures = 0
            for event in events:
                self._store.add(REMOVE_EVENT, (number, event.sequence))
            self._log.note(subscription, events, outcome, began)
            self._let_go(len(events))
            return
        self._failures += 1
        now = self._clock.now()
        self._log.note(subscription, events, outcome, began)
        for event in events:
            event.attempts += 1
            when = next_try(
                self._settings.webhook_schedule,
                event.attempts,
                created_at=event.created_at,
                now=now,
                horizon=self._settings.webhook_seconds,
            )
            if when is None:
                self._give_up(event)
                continue
            event.next_try = when
            self._store.add(POSTPONE_EVENT, (number, event.sequence, event.attempts, when))
            heapq.heappush(self._retries, (when, event.sequence, event))
        self._release_due(now)

    def _without_expired(self, events: list[QueuedEvent], now: float) -> list[QueuedEvent]:
        kept = []
        for event in events:
            if now - event.created_at < self._settings.webhook_seconds:
                kept.append(event)
            else:
                self._give_up(event)
        return kept

    def _give_up(self, event: QueuedEvent) -> None:
        self._metrics.webhooks.labels("given_up").inc()
        self._log.note_given_up(self.subscription, event, self._clock.now())
        self._store.add(REMOVE_EVENT, (self.subscription.id, event.sequence))
        self._let_go(1)

    def _let_go(self, count: int) -> None:
        self._held -= count
        self.waiting -= count

    def _release_due(self, now: float) -> None:
        due = []
        while self._retries and self._retries[0][0] <= now:
            due.append(heapq.heappop(self._retries)[2])
        for event in reversed(due):
            self._lane(event).push_first(event)

    async def _look_after_retries(self) -> None:
        while True:
            due = self._retries[0][0] - self._clock.now() if self._retries else _LOOK_AGAIN
            await asyncio.sleep(min(_LOOK_AGAIN, max(_SOONEST, due)))
            self._release_due(self._clock.now())
            await self._load()
