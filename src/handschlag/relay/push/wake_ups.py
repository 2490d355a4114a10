"""Who is to be woken, when, and for which chat; everything that may wait happens here and not where envelopes pass.

The life of a wake-up: a message for a device that can be woken and is not connected is committed; a wake-up for its chat is put
into the queue, unless one waits there already. When its turn comes, the device is looked at again: connected meanwhile, or nothing
left unread, muted, deleted: nothing is sent. In quiet hours, the whole device is looked at again when they are over, and woken once
for each chat that still has something. What a push service refuses for now is tried again, slower each time.

What is kept: the numbers of the mailboxes that can be woken; everything else is read when somebody is woken. The queue is in memory:
a relay that ends forgets it, and with the next message, or at the end of quiet hours, looks anew. What we cannot know: whether a push
service delivered, and whether anybody saw it.
"""

from __future__ import annotations

import asyncio
import heapq
from dataclasses import dataclass

import msgspec

from handschlag.clock import Clock
from handschlag.database.store import Store
from handschlag.relay.directory import Recent
from handschlag.relay.mailroom import Mailroom
from handschlag.relay.metrics import RelayMetrics
from handschlag.relay.push.sender import Outcome, PushSender
from handschlag.relay.rules.push_endpoint import origin_of
from handschlag.relay.rules.quiet_hours import is_muted, quiet_until
from handschlag.relay.storage.mailboxes import StoredEvent
from handschlag.relay.storage.push import find_subscription, forget_subscription, read_waiting
from handschlag.telemetry.logs import get_logger
from handschlag.wire.push import PushSubscription, QuietHours

# More than this at once is an attack or an outage; who is left out is woken by the next message.
_QUEUE = 100_000
_LOOKED_AT = 500
_RETRIES = (10.0, 60.0, 300.0, 1800.0)
# A page that is being loaded anew is back sooner than this.
_MISSED_SECONDS = 5.0
_WHOLE_DEVICE = ""

_log = get_logger(__name__)


class _Sender(msgspec.Struct, frozen=True):
    sender: str = msgspec.field(name="from")


class _Event(msgspec.Struct, frozen=True):
    header: _Sender


_decode = msgspec.json.Decoder(_Event).decode


@dataclass(slots=True)
class _Waiting:
    """A wake-up in the queue, and how often it was tried."""

    due: float
    tries: int = 0


class WakeUps:
    """The queue of those to be woken."""

    def __init__(
        self, *, store: Store, mailroom: Mailroom, clock: Clock, metrics: RelayMetrics, sender: PushSender,
        seconds: float, concurrency: int,
    ) -> None:  # fmt: skip
        self._store, self._mailroom, self._clock, self._metrics = store, mailroom, clock, metrics
        self._sender, self._seconds = sender, seconds
        self._subscribed: set[int] = set()
        self._waiting: dict[tuple[int, str], _Waiting] = {}
        self._order: list[tuple[float, int, str]] = []
        self._woken: Recent[tuple[int, str], float] = Recent(_QUEUE)
        self._paused: dict[str, float] = {}
        self._slots = asyncio.Semaphore(concurrency)
        self._tasks: set[asyncio.Task[None]] = set()
        self._bell = asyncio.Event()

    def begin(self, subscribed: dict[int, QuietHours | None]) -> None:
        """Take over who can be woken; those in quiet hours have what came before this start looked at when they end."""
        self._subscribed = set(subscribed)
        now = self._clock.now()
        for box, quiet in subscribed.items():
            end = quiet_until(quiet, now)
            if end is not None and self._mailroom.waiting.get(box):
                self._put((box, _WHOLE_DEVICE), end)

    def subscribe(self, box: int) -> None:
        """Note that a device can be woken."""
        self._subscribed.add(box)

    def unsubscribe(self, box: int) -> None:
        """Note that a device cannot be woken any more."""
        self._subscribed.discard(box)

    def stored(self, events: list[StoredEvent]) -> None:
        """Wake whoever is to be woken for events that are committed; costs nothing where nobody can be."""
        if not self._subscribed:
            return
        for event in events:
            # Only messages want a note of their delivery.
            if event.note_to and event.mailbox in self._subscribed and not self._mailroom.is_connected(event.mailbox):
                self._offer(event.mailbox, _sender_of(event.event), self._clock.now())

    def missed(self, box: int) -> None:
        """Look, a little later, at a device whose connection ended: what was on its way may not have arrived."""
        if box in self._subscribed and self._mailroom.waiting.get(box):
            self._put((box, _WHOLE_DEVICE), self._clock.now() + _MISSED_SECONDS)

    async def test(self, box: int) -> Outcome | None:
        """Wake a device at once for nobody's chat; None if it cannot be woken."""
        subscription = await self._store.read(lambda connection: find_subscription(connection, box))
        if subscription is None:
            return None
        outcome = await self._sender.send(box, subscription, "")
        await self._take(box, subscription, outcome)
        return outcome

    def ring(self) -> None:
        """Look at the clock again: it was moved."""
        self._bell.set()

    async def run(self) -> None:
        """Work off the queue until cancelled."""
        try:
            while True:
                self._bell.clear()
                now = self._clock.now()
                while self._order and self._order[0][0] <= now:
                    due, box, business = heapq.heappop(self._order)
                    waiting = self._waiting.get((box, business))
                    if waiting is not None and waiting.due == due:
                        await self._slots.acquire()
                        task = asyncio.create_task(self._turn(box, business, waiting))
                        self._tasks.add(task)
                        task.add_done_callback(self._done)
                rest = self._order[0][0] - now if self._order else None
                try:
                    async with asyncio.timeout(rest):
                        await self._bell.wait()
                except TimeoutError:
                    pass
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slots.release()
        if not task.cancelled() and task.exception() is not None:
            _log.error("wake_up_failed", error=type(task.exception()).__name__)

    def _offer(self, box: int, business: str, now: float) -> None:
        """Put a wake-up for a chat into the queue, as soon as the last one for it is long enough ago."""
        self._put((box, business), max(now, (self._woken.get((box, business)) or 0.0) + self._seconds))

    def _put(self, key: tuple[int, str], due: float, tries: int = 0) -> None:
        if key in self._waiting:
            return
        if len(self._waiting) >= _QUEUE:
            self._metrics.wake_ups.labels("dropped").inc()
            return
        self._waiting[key] = _Waiting(due, tries)
        heapq.heappush(self._order, (due, *key))
        self._bell.set()

    async def _turn(self, box: int, business: str, waiting: _Waiting) -> None:
        try:
            subscription = await self._wanted(box, business)
        finally:
            if self._waiting.get((box, business)) is waiting:
                del self._waiting[box, business]
        if subscription is None:
            return
        now = self._clock.now()
        if business == _WHOLE_DEVICE:
            events = await self._store.read(lambda connection: read_waiting(connection, box, _LOOKED_AT))
            for sender in {_sender_of(event) for event in events}:
                self._offer(box, sender, now)
            return
        pause = self._paused.get(origin_of(subscription.endpoint), 0.0)
        if pause > now:
            self._put((box, business), pause, waiting.tries)
            return
        # Before the answer: what comes while it is on its way belongs to the next one.
        self._woken.put((box, business), now)
        outcome = await self._sender.send(box, subscription, business)
        self._metrics.wake_ups.labels(outcome.kind).inc()
        await self._take(box, subscription, outcome)
        if outcome.kind == "unreachable" and waiting.tries < len(_RETRIES):
            self._put((box, business), now + max(outcome.wait, _RETRIES[waiting.tries]), waiting.tries + 1)

    async def _wanted(self, box: int, business: str) -> PushSubscription | None:
        """Return how to wake a device, None if it is not to be woken now."""
        if self._mailroom.is_connected(box) or not self._mailroom.waiting.get(box):
            return None
        subscription = await self._store.read(lambda connection: find_subscription(connection, box))
        now = self._clock.now()
        if subscription is None:
            self._subscribed.discard(box)
            return None
        if is_muted(subscription.muted, business, now):
            self._metrics.wake_ups.labels("muted").inc()
            return None
        end = quiet_until(subscription.quiet_hours, now)
        if end is not None:
            self._metrics.wake_ups.labels("quiet").inc()
            self._waiting.pop((box, business), None)
            self._put((box, _WHOLE_DEVICE), end)
            return None
        return subscription

    async def _take(self, box: int, subscription: PushSubscription, outcome: Outcome) -> None:
        if outcome.kind == "gone":
            await self._store.write(lambda connection: forget_subscription(connection, box, subscription.endpoint))
            if await self._store.read(lambda connection: find_subscription(connection, box)) is None:
                self._subscribed.discard(box)
        if outcome.wait:
            self._paused[origin_of(subscription.endpoint)] = self._clock.now() + outcome.wait


def _sender_of(event: bytes) -> str:
    return _decode(b"{%b}" % event).header.sender
