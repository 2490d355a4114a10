"""Keeps one company connected to its relay: hands over what is stored, works on what arrives in order, keeps the keys in stock.

What arrives is worked on by one task, batch by batch; an error of the relay's is waited out, and the same batch is taken up again
where it stopped. Only what is stored is acknowledged.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from handschlag.database.errors import DatabaseError
from handschlag.gateway.actions.messages.receive_events import receive_events
from handschlag.gateway.actions.messages.settle_results import settle_results
from handschlag.gateway.actions.messages.work_on_opened_bodies import work_on_opened_bodies
from handschlag.gateway.storage.opened_bodies import list_opened_bodies
from handschlag.gateway.storage.outbox import list_outbox
from handschlag.relay_client.errors import LinkFull, RelayError
from handschlag.relay_client.live_link import LinkCallbacks, LiveLink
from handschlag.telemetry.logs import get_logger
from handschlag.wire.frames import Event, Keys, Result, Welcome

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.workers.sealer import Sealer
    from handschlag.relay_client.http import RelayHttp
    from handschlag.wire.envelope import OutgoingEnvelope
    from handschlag.wire.ids import AccountId
    from handschlag.wire.refusals import Refusal

_log = get_logger(__name__)
_AGAIN_SECONDS = 1.0
_QUEUE_ROOM = 1000


class _NumbersBack(NamedTuple):
    """The relay was restored from an older copy, and counts on from a number that was passed long ago."""

    last: int


class CompanyLink:
    """One company's connection, and the two tasks behind it: what arrives, and the stock of keys."""

    def __init__(self, running: Running, company: Company, relay: RelayHttp, sealer: Sealer) -> None:
        self._running = running
        self._company = company
        self._relay = relay
        self._sealer = sealer
        self._arrived: deque[list[Result] | list[Event] | _NumbersBack] = deque()
        self._work = asyncio.Event()
        self._stock: tuple[int, list[str]] | None = None
        self._stock_told = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._ready: list[OutgoingEnvelope] = []
        # Customers for whom the relay takes nothing at the moment: what is written later must not overtake what it refused.
        self._held: dict[AccountId, list[OutgoingEnvelope]] = {}
        self.link = LiveLink(
            relay,
            LinkCallbacks(
                on_welcome=self._on_welcome,
                on_events=self._on_arrival,
                on_results=self._on_arrival,
                on_keys=self._on_keys,
                on_down=self._on_down,
                on_numbers_back=self._on_numbers_back,
            ),
            last=company.last_event,
            queue_limit=running.settings.outbox_limit + _QUEUE_ROOM,
        )
        company.hand_to_link = self._hand_over
        company.is_connected = lambda: self.link.connected

    async def start(self) -> None:
        """Take up what was left, and connect."""
        company, store = self._company, self._running.store
        for envelope, receipt in await store.read(lambda connection: list_outbox(connection, company.id)):
            key = (envelope.header.id, envelope.header.attempt)
            company.unanswered[key] = envelope
            if receipt is not None:
                company.receipts[key] = receipt
        left = await store.read(lambda connection: list_opened_bodies(connection, company.id))
        await work_on_opened_bodies(self._running, company, left)
        self._send(list(company.unanswered.values()))
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._work_on_arrivals()), loop.create_task(self._keep_stock())]
        self.link.start()

    async def stop(self) -> None:
        """Disconnect; what was not worked on comes again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.link.close()

    def _hand_over(self, envelope: OutgoingEnvelope) -> None:
        """Send an envelope that is on disk; those of one commit go together."""
        held = self._held.get(envelope.header.to)
        if held is not None:
            held.append(envelope)
            return
        if not self._ready:
            asyncio.get_running_loop().call_soon(self._flush)
        self._ready.append(envelope)

    def _flush(self) -> None:
        ready, self._ready = self._ready, []
        self._send(ready)

    def _send(self, envelopes: list[OutgoingEnvelope]) -> None:
        try:
            self.link.send_envelopes(envelopes)
        except LinkFull:
            # Limits refuse new messages long before; what is stored is sent after the next start at the latest.
            _log.warning("link_full", company=self._company.id, count=len(envelopes))
            asyncio.get_running_loop().call_later(_AGAIN_SECONDS, self._send, envelopes)

    def _on_welcome(self, welcome: Welcome) -> None:
        _log.info("relay_connected", company=self._company.id, waiting=welcome.waiting)
        self._tell_stock(welcome.one_time_keys, welcome.unused_fallback_keys)
        self._sealer.wake()

    def _on_keys(self, keys: Keys) -> None:
        self._tell_stock(keys.one_time_keys, keys.unused_fallback_keys)

    def _on_down(self, code: int | None) -> None:
        _log.info("relay_disconnected", company=self._company.id, code=code)

    def _tell_stock(self, one_time_keys: int, unused_fallback: list[str]) -> None:
        self._stock = (one_time_keys, unused_fallback)
        self._stock_told.set()

    def _on_numbers_back(self, last: int) -> None:
        self._arrived.append(_NumbersBack(last))

    def _on_arrival(self, batch: list[Result] | list[Event]) -> None:
        if batch:
            self._arrived.append(batch)
            self._work.set()

    async def _work_on_arrivals(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            while self._arrived:
                await self._work_on(self._arrived[0])
                self._arrived.popleft()

    async def _work_on(self, batch: list[Result] | list[Event] | _NumbersBack) -> None:
        company = self._company
        if isinstance(batch, _NumbersBack):
            company.last_event = batch.last
            return
        while True:
            try:
                await self._work_once(batch)
            except RelayError as error:
                _log.info("relay_not_reached", company=company.id, error=type(error).__name__)
                await asyncio.sleep(_AGAIN_SECONDS)
            except DatabaseError:
                raise
            except Exception:  # noqa: BLE001  whatever it is, what follows must go on
                # A mistake of ours with one event must not stop all that follow; its place in the log is found by this line.
                _log.exception("event_not_worked_on", company=company.id)
                if not self._pass_over(batch):
                    return
            else:
                return

    async def _work_once(self, batch: list[Result] | list[Event]) -> None:
        running, company = self._running, self._company
        if isinstance(batch[0], Event):
            await receive_events(running, company, self._relay, batch)
            running.store.after(self.link.acknowledge, company.last_event)
        else:
            for result in await settle_results(running, company, batch):
                self._try_again(result)

    def _pass_over(self, batch: list[Result] | list[Event]) -> bool:
        """Go past the event that failed; returns whether any are left."""
        left = [event.number for event in batch if isinstance(event, Event) and event.number > self._company.last_event]
        if left:
            self._company.last_event = left[0]
        return len(left) > 1

    def _try_again(self, result: Result) -> None:
        key = (result.id, result.attempt)
        refusal: Refusal | None = result.refusal
        envelope = self._company.unanswered.get(key)
        if envelope is None or refusal is None:
            return
        if refusal.code == "stale_devices":
            self._sealer.seal_for_new_devices(envelope)
            return
        customer = envelope.header.to
        if customer not in self._held:
            self._held[customer] = []
            wait = max(refusal.retry_after, _AGAIN_SECONDS)
            asyncio.get_running_loop().call_later(wait, self._send_held, customer)
        self._held[customer].append(envelope)

    def _send_held(self, customer: AccountId) -> None:
        """Send what the relay did not take, and what was written since, in the order it was written."""
        keys = sorted((envelope.header.id, envelope.header.attempt) for envelope in self._held.pop(customer))
        self._send([self._company.unanswered[key] for key in keys if key in self._company.unanswered])

    async def _keep_stock(self) -> None:
        """Upload keys when the relay says what it holds; those made are on disk before they leave."""
        running, device = self._running, self._company.device
        while True:
            await self._stock_told.wait()
            self._stock_told.clear()
            stock, self._stock = self._stock, None
            if stock is None:
                continue
            keys = device.keys_to_upload(*stock, running.clock.now())
            if keys is None:
                continue
            running.store.after(_nothing, None)
            await running.store.flushed()
            try:
                await self._relay.upload_keys(keys)
            except RelayError as error:
                _log.info("keys_not_uploaded", company=self._company.id, error=type(error).__name__)
                self._stock = self._stock or stock
                await asyncio.sleep(_AGAIN_SECONDS)
                self._stock_told.set()
                continue
            device.keys_uploaded()
            running.store.after(_nothing, None)


def _nothing(_: None) -> None:
    """Nothing is to do after this commit; asking for it makes the hook's rows be written now."""
