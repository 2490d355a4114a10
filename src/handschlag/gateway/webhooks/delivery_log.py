"""Notes how deliveries went: rows for the commit that settles the event, and never more of an endpoint than are kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from handschlag.gateway.storage.webhook_log import LOG_ATTEMPT, count_attempts, highest_attempt, trim_attempts

if TYPE_CHECKING:
    from handschlag.database.store import Store
    from handschlag.gateway.settings import GatewaySettings
    from handschlag.gateway.storage.subscriptions import SubscriptionRow
    from handschlag.gateway.storage.webhook_queue import QueuedEvent
    from handschlag.gateway.webhooks.outcome import Outcome

GIVEN_UP = "GivenUp"
_encode = msgspec.json.Encoder().encode
# An endpoint's rows are cut back when so many more than are kept have come: a tenth, and at least so many.
_LEAST_TRIM = 200


class DeliveryLog:
    """Writes the log, as much of it as the operator wants."""

    def __init__(self, store: Store, settings: GatewaySettings) -> None:
        self._store = store
        self._successes = settings.webhook_log == "all"
        self._failures = settings.webhook_log != "off"
        self._keep = settings.webhook_log_rows
        self._trim_at = self._keep + max(_LEAST_TRIM, self._keep // 10)
        self._rows: dict[int, int] = {}
        self._newest = 0
        self._trimming: dict[int, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Go on after the last row on disk."""
        self._rows = await self._store.read(count_attempts)
        self._newest = await self._store.read(highest_attempt)

    async def stop(self) -> None:
        """Let what is being cut back be finished."""
        await asyncio.gather(*self._trimming.values(), return_exceptions=True)

    def note(self, subscription: SubscriptionRow, events: list[QueuedEvent], outcome: Outcome, at: float) -> None:
        """Put one row for each event into the open commit; the events' attempts are those before this one.

        A confirmed event's row keeps its bytes, since it leaves the queue; so does what is given up, in a row of its own.
        """
        confirmed = outcome.confirmed
        if confirmed:
            if not self._failures or not (self._successes or any(event.attempts for event in events)):
                return
        elif not self._failures:
            return
        headers = _encode(outcome.headers).decode()
        duration = round(outcome.seconds * 1000, 3)
        for event in events:
            self._add(
                subscription,
                event,
                event.attempts + 1,
                at,
                (outcome.status, outcome.error, duration, headers, outcome.answer or None),
                event.entry if confirmed else None,
            )

    def note_given_up(self, subscription: SubscriptionRow, event: QueuedEvent, at: float) -> None:
        """Put the row into the open commit that says an event is not tried again."""
        if self._failures:
            self._add(subscription, event, event.attempts, at, (None, GIVEN_UP, 0.0, "{}", None), event.entry)

    def _add(
        self,
        subscription: SubscriptionRow,
        event: QueuedEvent,
        attempt: int,
        at: float,
        answer: tuple[object, ...],
        entry: bytes | None,
    ) -> None:
        number = subscription.id
        self._newest = max(self._newest + 1, int(at * 1_000_000))
        place = (self._newest, number, event.sequence, event.lane)
        where = (subscription.app_id, subscription.callback_url, event.field)
        self._store.add(LOG_ATTEMPT, (*place, *where, attempt, at, *answer, entry))
        rows = self._rows[number] = self._rows.get(number, 0) + 1
        if rows > self._trim_at and number not in self._trimming:
            self._trimming[number] = asyncio.get_running_loop().create_task(self._trim(number))

    async def _trim(self, number: int) -> None:
        try:
            gone = await self._store.write(lambda connection: trim_attempts(connection, number, keep=self._keep))
            self._rows[number] -= gone
        finally:
            del self._trimming[number]
