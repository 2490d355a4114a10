"""Seals what waits: asks the relay for customers' devices and one-time keys, opens sessions, seals in the order things were written.

What waits is on disk. A customer who cannot be written to (unknown to the relay, not certified, refused) has their messages failed;
while the relay is not reached, or a device has no keys in stock, they wait.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from handschlag.content.receipts import TypingNotice, parse_receipt
from handschlag.crypto.errors import CryptoError
from handschlag.database.errors import DatabaseError
from handschlag.device.errors import DeviceError
from handschlag.device.sealing import HeaderDraft
from handschlag.gateway.actions.messages.record_status import record_status
from handschlag.gateway.actions.messages.seal_message import seal_now
from handschlag.gateway.actions.messages.settle_results import bring_messages
from handschlag.gateway.actions.templates.time_to_live import seconds_left
from handschlag.gateway.company import bring_peer
from handschlag.gateway.rules.refusals import UNDELIVERABLE
from handschlag.gateway.rules.statuses import Status
from handschlag.gateway.storage.outbox import REMOVE_FROM_OUTBOX
from handschlag.gateway.storage.outgoing_messages import OutgoingBody, find_outgoing_body
from handschlag.gateway.storage.waiting_messages import REMOVE_FROM_WAITING, WaitingMessage, list_waiting_messages
from handschlag.relay_client.errors import RelayError, RelayRefused
from handschlag.telemetry.logs import get_logger
from handschlag.wire.commitment import commit
from handschlag.wire.limits import DAY

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.relay_client.http import RelayHttp
    from handschlag.wire.envelope import OutgoingEnvelope
    from handschlag.wire.ids import AccountId, DeviceId, EnvelopeId

_log = get_logger(__name__)
_CUSTOMERS_AT_ONCE = 50
_AGAIN_SECONDS = 2.0
_TYPING_SECONDS = 25
# A customer's device without keys in stock has not been online for long: after this the program should know.
_LONGEST_WAIT = 1 * DAY


class Sealer:
    """The task that seals for one company what could not be sealed at once."""

    def __init__(self, running: Running, company: Company, relay: RelayHttp) -> None:
        self._running = running
        self._company = company
        self._relay = relay
        self._work = asyncio.Event()
        self._stale: dict[tuple[EnvelopeId, int], OutgoingEnvelope] = {}
        self._task: asyncio.Task[None] | None = None
        company.wake_sealer = self.wake

    async def start(self) -> None:
        """Take up what waited when the process ended."""
        for message in await self._waiting():
            self._company.waiting[message.customer] = self._company.waiting.get(message.customer, 0) + 1
        self._task = asyncio.get_running_loop().create_task(self._run())
        self.wake()

    async def stop(self) -> None:
        """Stop; what waits stays on disk."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self) -> None:
        """Look for work now."""
        self._work.set()

    def seal_for_new_devices(self, envelope: OutgoingEnvelope) -> None:
        """Seal an envelope again, since its recipient has other devices than it was sealed for."""
        self._stale[envelope.header.id, envelope.header.attempt] = envelope
        self.wake()

    async def _run(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                done = await self._round()
            except DatabaseError:
                raise
            except RelayError as error:
                _log.info("relay_not_reached", company=self._company.id, error=type(error).__name__)
                done = False
            except Exception:  # noqa: BLE001  another customer's messages may be in order
                _log.exception("sealing_failed", company=self._company.id)
                done = False
            if not done:
                asyncio.get_running_loop().call_later(_AGAIN_SECONDS, self.wake)

    async def _waiting(self) -> list[WaitingMessage]:
        await self._running.store.flushed()
        return await self._running.store.read(lambda connection: list_waiting_messages(connection, self._company.id))

    async def _round(self) -> bool:
        """Seal for some customers; returns whether nothing is left that could be tried again."""
        stale = {envelope.header.to for envelope in self._stale.values()}
        by_customer: dict[AccountId, list[WaitingMessage]] = {customer: [] for customer in stale}
        held: set[AccountId] = set()
        for message in await self._waiting() if self._company.waiting else []:
            # A preview is awaited: what comes later to this customer waits too, so that the order holds.
            if message.id in self._company.awaiting_preview:
                held.add(message.customer)
            if message.customer not in held:
                by_customer.setdefault(message.customer, []).append(message)
        if not by_customer:
            return True
        chosen = dict(list(by_customer.items())[:_CUSTOMERS_AT_ONCE])
        if len(chosen) < len(by_customer):
            self.wake()
        refused = await self._learn(set(chosen), stale)
        refused |= await self._open_sessions([customer for customer in chosen if customer not in refused])
        done = True
        for customer, messages in chosen.items():
            done &= await self._seal_for(customer, messages, refused=customer in refused)
        return done

    async def _learn(self, customers: set[AccountId], stale: set[AccountId]) -> set[AccountId]:
        """Learn the devices of customers that are new, or have others now; returns those that have no valid identity."""
        company = self._company
        asked = [c for c in customers if not await bring_peer(company, self._running.store, c) or c in stale]
        if not asked:
            return set()
        answer = await self._relay.query_keys(asked)
        refused = set()
        for customer in asked:
            try:
                company.device.learn_peer(customer, answer)
            except CryptoError as error:
                _log.warning("customer_not_certified", company=company.id, error=type(error).__name__)
                refused.add(customer)
        return refused

    async def _open_sessions(self, customers: list[AccountId]) -> set[AccountId]:
        """Open the sessions that are missing; returns the customers for whom the relay gives no keys."""
        device = self._company.device
        wanted = {customer: missing for customer in customers if (missing := device.devices_to_claim(customer))}
        if not wanted:
            return set()
        try:
            answer = await self._relay.claim_keys(wanted)
        except RelayRefused as error:
            if error.temporary:
                raise
            if len(wanted) == 1:
                return set(wanted)
            return await self._open_one_by_one(wanted)
        for customer in wanted:
            device.open_sessions(customer, answer)
        return set()

    async def _open_one_by_one(self, wanted: dict[AccountId, dict[DeviceId, str]]) -> set[AccountId]:
        refused: set[AccountId] = set()
        for customer in wanted:
            refused |= await self._open_sessions([customer])
        return refused

    async def _seal_for(self, customer: AccountId, messages: list[WaitingMessage], *, refused: bool) -> bool:
        """Seal what waits for one customer in its order; returns whether nothing has to be tried again."""
        company, now = self._company, self._running.clock.now()
        await bring_messages(self._running, company, [m.id for m in messages if m.kind != "receipt"])
        for message in messages:
            draft = await self._draft(message)
            if draft is not None and not refused:
                header, body, salt = draft
                try:
                    seal_now(self._running, company, header, body, salt=salt)
                except DeviceError:
                    if now - message.created_at < _LONGEST_WAIT:
                        return False
                    self._fail(message.id)
            elif draft is not None:
                self._fail(message.id)
            self._remove(message)
        return await self._seal_stale(customer, refused=refused)

    async def _seal_stale(self, customer: AccountId, *, refused: bool) -> bool:
        """Seal again, for the devices the customer has now, what the relay did not take for the old ones."""
        company, store = self._company, self._running.store
        for key, envelope in [(k, e) for k, e in self._stale.items() if e.header.to == customer]:
            body: bytes | None = company.receipts.get(key)
            salt: str | None = None
            if envelope.header.kind != "receipt":
                found = await self._outgoing_body(key[0])
                body, salt = (found.body, found.salt) if found is not None else (None, None)
            if key not in company.unanswered:
                del self._stale[key]
                continue
            if body is not None and not refused:
                try:
                    seal_now(self._running, company, envelope.header, body, salt=salt)
                except DeviceError:
                    return False
            else:
                company.unanswered.pop(key)
                company.receipts.pop(key, None)
                store.add(REMOVE_FROM_OUTBOX, (company.id, *key))
                self._fail(key[0])
            del self._stale[key]
        return True

    async def _draft(self, message: WaitingMessage) -> tuple[HeaderDraft, bytes, str | None] | None:
        """Return what is to be sealed, or None if it is not wanted any more."""
        now = self._running.clock.now()
        if message.kind == "receipt":
            if isinstance(parse_receipt(message.body), TypingNotice) and now - message.created_at > _TYPING_SECONDS:
                return None
            sent_at = int(message.created_at)
            return HeaderDraft(id=message.id, to=message.customer, kind="receipt", sent_at=sent_at), message.body, None
        found = await self._outgoing_body(message.id)
        if found is None:
            return None
        draft = HeaderDraft(
            id=message.id,
            to=message.customer,
            kind="service",
            sent_at=int(message.created_at),
            attempt=message.attempt,
        )
        if found.salt is not None:
            left = seconds_left(self._company, found.body, now - message.created_at)
            if not left:
                return None
            draft = msgspec.structs.replace(
                draft, kind="template", category=found.category, commitment=commit(found.salt, found.body), ttl=left
            )
        return draft, found.body, found.salt

    async def _outgoing_body(self, id_: EnvelopeId) -> OutgoingBody | None:
        company = self._company.id
        return await self._running.store.read(lambda connection: find_outgoing_body(connection, company, id_))

    def _remove(self, message: WaitingMessage) -> None:
        company = self._company
        self._running.store.add(REMOVE_FROM_WAITING, (company.id, message.id, message.attempt))
        left = company.waiting.get(message.customer, 0) - 1
        if left > 0:
            company.waiting[message.customer] = left
        else:
            company.waiting.pop(message.customer, None)

    def _fail(self, id_: EnvelopeId) -> None:
        message = self._company.messages.get(id_)
        if message is not None and message.status < Status.DELIVERED:
            now = self._running.clock.now()
            record_status(self._running, self._company, message, Status.FAILED, now, failure=UNDELIVERABLE)
