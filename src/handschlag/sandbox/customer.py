"""A simulated customer: a real device with real keys; only the person is simulated.

Everything the device does is stored before it counts: changes, messages and outgoing envelopes are one commit, and only then
envelopes leave and events are acknowledged. Events and calls are worked on one after the other, by one task.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import aiohttp
import msgspec

from handschlag.clock import Clock
from handschlag.content.bodies import TemplateMessage
from handschlag.content.flows.exchange import FlowAnswer
from handschlag.content.message_id import parse_message_id
from handschlag.content.receipts import ResendRequest, TypingNotice
from handschlag.content.service_types import ServiceMessage, may_send
from handschlag.database.store import Store
from handschlag.device.device import Device
from handschlag.device.errors import NoSession, UnknownPeer
from handschlag.device.healing import answer_resend
from handschlag.device.outcomes import Opened, Unopened
from handschlag.device.sealing import HeaderDraft
from handschlag.device.showing import is_answer
from handschlag.relay_client.errors import RelayError, RelayRefused
from handschlag.relay_client.http import RelayHttp
from handschlag.relay_client.live_link import LinkCallbacks, LiveLink
from handschlag.sandbox.flow_forms import FlowForms
from handschlag.sandbox.records import Entry, Profile
from handschlag.sandbox.requests import shown
from handschlag.sandbox.storage import (
    DROP_OUTGOING,
    DROP_ROW,
    STORE_CUSTOMER,
    STORE_MESSAGE,
    STORE_OUTGOING,
    STORE_ROW,
    list_outgoing,
    rows_of,
)
from handschlag.sandbox.template_shelf import TemplateShelf
from handschlag.telemetry.logs import get_logger
from handschlag.wire.envelope import Kind, OutgoingEnvelope
from handschlag.wire.errors import WireError
from handschlag.wire.frames import Event, Keys, Result, Welcome
from handschlag.wire.ids import EnvelopeId, make_envelope_id
from handschlag.wire.signed import SignedRecord

_log = get_logger(__name__)
_encode = msgspec.json.Encoder().encode
_TYPING_SECONDS = 25.0
_AGAIN_SECONDS = 1.0
T = TypeVar("T")


class Customer:
    """A running customer; see the module's first lines."""

    def __init__(
        self,
        profile: Profile,
        device: Device,
        store: Store,
        clock: Clock,
        session: aiohttp.ClientSession,
        relay_url: str,
    ) -> None:
        self.profile = profile
        self.entries: dict[EnvelopeId, Entry] = {}
        self._device = device
        self._store = store
        self._clock = clock
        self.http = RelayHttp(relay_url, session, device, clock)
        self._templates = TemplateShelf(self.http, profile, clock, self._patiently)
        self._work: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._task = asyncio.create_task(self._run())
        self._link: LiveLink | None = None
        self._typing_until = 0.0
        self.forms = FlowForms(self)

    @property
    def device(self) -> Device:
        """The device itself: the sandbox signs and enrols with it."""
        return self._device

    @property
    def sees_typing(self) -> bool:
        """Whether the company writes just now, as this device shows it."""
        return self._clock.now() < self._typing_until

    async def connect(self) -> None:
        """Open the live link and send again what has no answer."""
        if self._link is not None:
            return
        callbacks = LinkCallbacks(
            on_welcome=self._on_welcome, on_events=self._on_events, on_results=self._on_results, on_keys=self._on_keys
        )
        self._link = LiveLink(self.http, callbacks, last=self.profile.last_event)
        self._link.start()
        await self._send_waiting()

    async def _send_waiting(self) -> None:
        waiting = await self._store.read(lambda connection: list_outgoing(connection, self.profile.id))
        if waiting and self._link is not None:
            self._link.send_envelopes([msgspec.json.decode(one, type=OutgoingEnvelope) for one in waiting])

    async def disconnect(self) -> None:
        """Go offline; nothing is fetched until `connect`."""
        link, self._link = self._link, None
        if link is not None:
            await link.close()

    async def close(self) -> None:
        """Stop for good; everything is stored."""
        await self.disconnect()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def send(
        self,
        kind: Kind,
        body: bytes,
        message: dict[str, Any] | None = None,
        before: Callable[[EnvelopeId], object] = lambda _: None,
    ) -> EnvelopeId:
        """Seal and send a body to the company; it is on disk when this returns, and `before` heard its id."""
        envelope = make_envelope_id(self._clock.now(), secrets.token_bytes(10))
        before(envelope)
        if message is not None:
            self.entries[envelope] = Entry(
                envelope=envelope, incoming=False, at=int(self._clock.now()), message=message, kind=kind, body=body
            )
        await self._do(lambda: self._seal(envelope, kind, body, 0))
        return envelope

    async def flush_identity(self) -> None:
        """Store the device as it is now."""
        self._save()
        await self._store.flushed()

    async def learn_business(self, master_key: str | None = None) -> None:
        """Learn the company's certified devices; `master_key` is what its link names."""
        answer = await self.http.query_keys([self.profile.business])
        self._device.learn_peer(self.profile.business, answer, expected_master=master_key)
        await self.flush_identity()

    def entry_by_message_id(self, text: str) -> Entry | None:
        """Return a message by its `wamid`."""
        return self.entries.get(parse_message_id(text))

    def received(self, text: str, field: str = "message_id") -> Entry:
        """Return a message this customer received, by its `wamid`; raises ValueError."""
        try:
            entry = self.entry_by_message_id(text)
        except WireError:
            entry = None
        if entry is None or not entry.incoming:
            raise ValueError(f"{field}: got {shown(text)}, expected a message this customer received")
        return entry

    async def _do(self, action: Callable[[], Awaitable[None]]) -> None:
        """Run an action in the customer's one task and wait for it."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def run() -> None:
            try:
                await action()
            except Exception as error:  # noqa: BLE001  it is the caller's
                done.set_exception(error)
            else:
                done.set_result(None)

        self._work.put_nowait(run)
        await done

    async def _run(self) -> None:
        while True:
            action = await self._work.get()
            try:
                await action()
            except Exception:  # noqa: BLE001  the next event may be fine
                _log.exception("customer_failed", account=self.profile.account)

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Ask the relay until it answers: what was opened would be lost if it were away for a moment."""
        while True:
            try:
                return await call()
            except RelayError as error:
                if isinstance(error, RelayRefused) and not error.temporary:
                    raise
                await asyncio.sleep(_AGAIN_SECONDS)

    # Out

    async def _seal(self, id_: EnvelopeId, kind: Kind, body: bytes, attempt: int) -> None:
        draft = HeaderDraft(
            id=id_,
            to=self.profile.business,
            kind=kind,
            sent_at=int(self._clock.now()),
            attempt=attempt,
        )
        envelope = await self._sealed(draft, body)
        self._store.add(STORE_OUTGOING, (self.profile.id, id_, _encode(envelope)))
        entry = self.entries.get(id_)
        if entry is not None:
            entry.attempt = attempt
            self._store_entry(entry)
        await self.flush_identity()
        if self._link is not None:
            self._link.send_envelopes([envelope])

    async def _sealed(self, draft: HeaderDraft, body: bytes) -> OutgoingEnvelope:
        business = self.profile.business
        try:
            return self._device.seal(draft, body)
        except UnknownPeer:
            await self.learn_business()
        except NoSession:
            pass
        missing = self._device.devices_to_claim(business)
        if missing:
            self._device.open_sessions(business, await self.http.claim_keys({business: missing}))
        return self._device.seal(draft, body)

    def _on_results(self, results: list[Result]) -> None:
        for result in results:
            if result.refusal is not None and result.refusal.code == "stale_devices":
                self._work.put_nowait(partial(self._seal_for_new_devices, result))
                continue
            if result.refusal is not None and result.refusal.code in {"rate_limited", "mailbox_full"}:
                wait = max(result.refusal.retry_after, _AGAIN_SECONDS)
                asyncio.get_running_loop().call_later(wait, self._work.put_nowait, self._send_waiting)
                continue
            entry = self.entries.get(result.id)
            if entry is not None:
                entry.status = "failed" if result.refusal is not None else entry.status or "accepted"
                self._store_entry(entry)
                if entry.kind == "service" and result.refusal is None:
                    self.profile.wrote_at = max(self.profile.wrote_at, result.at)
                    self._store.add(STORE_CUSTOMER, (self.profile.id, _encode(self.profile)))
            self._store.add(DROP_OUTGOING, (self.profile.id, result.id))

    async def _seal_for_new_devices(self, result: Result) -> None:
        entry = self.entries.get(result.id)
        await self.learn_business()
        if entry is not None:
            await self._seal(entry.envelope, entry.kind, entry.body, entry.attempt + 1)

    # In

    def _on_welcome(self, welcome: Welcome) -> None:
        self._work.put_nowait(lambda: self.top_up(welcome.one_time_keys, welcome.unused_fallback_keys))

    def _on_keys(self, keys: Keys) -> None:
        self._work.put_nowait(lambda: self.top_up(keys.one_time_keys, keys.unused_fallback_keys))

    def _on_events(self, events: list[Event]) -> None:
        self._work.put_nowait(lambda: self._take(events))

    async def top_up(self, stock: int, unused_fallback: list[str]) -> None:
        """Upload the keys the relay lacks."""
        keys = self._device.keys_to_upload(stock, unused_fallback, self._clock.now())
        if keys is not None:
            await self.flush_identity()
            await self.http.upload_keys(keys)
            self._device.keys_uploaded()
            await self.flush_identity()

    async def _take(self, events: list[Event]) -> None:
        for event in events:
            if event.note is not None:
                entry = self.entries.get(event.note.id) if event.note.id is not None else None
                if entry is not None and event.note.what == "delivered" and entry.status != "read":
                    entry.status = "delivered"
                    self._store_entry(entry)
            elif isinstance(event.header, msgspec.Raw) and isinstance(event.body, msgspec.Raw):
                try:
                    await self._open(event, event.header, event.body)
                except Exception:  # noqa: BLE001  the next event may be fine
                    _log.exception("event_not_worked_on", account=self.profile.account)
        self.profile.last_event = events[-1].number
        await self.flush_identity()
        if self._link is not None:
            self._link.acknowledge(self.profile.last_event)

    async def _open(self, event: Event, header: msgspec.Raw, body: msgspec.Raw) -> None:
        found = self._device.open(header, body, self._clock.now())
        if isinstance(found, Unopened) and found.reason in {"unknown_peer", "not_certified"}:
            await self._patiently(self.learn_business)
            found = self._device.open(header, body, self._clock.now())
        if isinstance(found, Opened):
            await self._show(found, event.stamp)
        elif found.reason == "unreadable":
            await self._repair(found)

    async def _repair(self, unopened: Unopened) -> None:
        repair = self._device.repair(unopened, self._clock.now())
        if repair.claim:
            claimed = await self._patiently(lambda: self.http.claim_keys(repair.claim))
            self._device.open_sessions(self.profile.business, claimed)
        if repair.resend:
            await self._ask(ResendRequest(resend=repair.resend))

    async def _ask(self, question: ResendRequest) -> None:
        id_ = make_envelope_id(self._clock.now(), secrets.token_bytes(10))
        await self._seal(id_, "receipt", _encode(question), 0)

    async def _take_receipt(self, opened: Opened) -> None:
        content = opened.content
        if isinstance(content, ResendRequest):
            for asked in content.resend:
                await self._resend(asked.id, answer_resend_now(self, asked))
            if not content.again and (awaited := self._device.awaited(opened.account)):
                await self._ask(ResendRequest(resend=awaited, again=True))
        elif isinstance(content, TypingNotice):
            self._typing_until = opened.header.sent_at + _TYPING_SECONDS
        elif isinstance(content, FlowAnswer):
            self.forms.take_answer(content.flow_answer)
        for id_ in getattr(content, "read", []):
            entry = self.entries.get(id_)
            if entry is not None:
                entry.status = "read"
                self._store_entry(entry)

    async def _show(self, opened: Opened, stamp: SignedRecord | None) -> None:
        content = opened.content
        if opened.kind == "receipt":
            await self._take_receipt(opened)
            return
        message: dict[str, Any] = msgspec.json.decode(opened.body)
        if isinstance(content, TemplateMessage):
            message = await self._templates.rendered(opened, content, stamp)
        elif not is_answer(opened.header, self.profile.wrote_at) and not self._is_writing():
            message = {"type": "withheld", "withheld": {"check": "window"}}
        elif isinstance(content, ServiceMessage) and not may_send(content, "business"):
            message = {"type": "unsupported", "unsupported": {"type": message.get("type")}}
        entry = Entry(
            envelope=opened.header.id,
            incoming=True,
            at=opened.header.sent_at,
            message=message,
            kind=opened.kind,
            body=opened.body,
        )
        self.entries[opened.header.id] = entry
        self._store_entry(entry)
        self._typing_until = 0.0

    def _is_writing(self) -> bool:
        """Return whether a message of ours may have reached the relay, whose answer is still to come."""
        return any(e.kind == "service" and not e.incoming and not e.status for e in self.entries.values())

    async def _resend(self, id_: EnvelopeId, attempt: int | None) -> None:
        entry = self.entries.get(id_)
        if entry is not None and attempt is not None:
            await self._seal(id_, entry.kind, entry.body, attempt)

    # Keeping

    def _save(self) -> None:
        changes = self._device.take_changes(self.profile.pickle_key)
        for row in rows_of(self.profile.id, changes):
            self._store.add(STORE_ROW, row)
        for dropped in changes.dropped_sessions:
            self._store.add(DROP_ROW, (self.profile.id, "session", dropped.session))
        self._store.add(STORE_CUSTOMER, (self.profile.id, _encode(self.profile)))

    def _store_entry(self, entry: Entry) -> None:
        self.profile.position += 1
        self._store.add(STORE_MESSAGE, (self.profile.id, entry.envelope, self.profile.position, _encode(entry)))


def answer_resend_now(customer: Customer, asked: Any) -> int | None:
    """Return the attempt with which a message of ours is to be sealed again, None if it is not."""
    entry = customer.entries.get(asked.id)
    if entry is None or entry.incoming:
        return None
    answer = answer_resend(
        asked,
        last_attempt=entry.attempt,
        sent_at=entry.at,
        delivered=entry.status in {"delivered", "read"},
        now=customer._clock.now(),
    )
    return answer.attempt
