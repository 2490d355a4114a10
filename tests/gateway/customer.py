"""A customer for tests: a real device with real keys, whose person does what the test says. It keeps nothing on disk."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any, Literal

import aiohttp
import msgspec

from handschlag.clock import Clock
from handschlag.content.context import Context
from handschlag.content.introduction import Introduction, SystemBody
from handschlag.content.message_id import message_id
from handschlag.content.receipts import ReadReceipt, Resend, ResendRequest
from handschlag.content.templates.rendering import Rendered
from handschlag.content.text import Text, TextMessage
from handschlag.crypto.identity import Identity
from handschlag.device.device import Device
from handschlag.device.outcomes import Opened, Unopened
from handschlag.device.sealing import HeaderDraft
from handschlag.device.showing import Reader, show_template
from handschlag.relay.app import Relay
from handschlag.relay_client.http import RelayHttp
from handschlag.relay_client.live_link import LinkCallbacks, LiveLink
from handschlag.wire.canonical import hash_of, to_base64
from handschlag.wire.consent import Grant, Offer, Purpose, Withdrawal
from handschlag.wire.frames import Event, Keys, Result, Welcome
from handschlag.wire.http import CreateAccount, UploadSigningKeys
from handschlag.wire.ids import AccountId, EnvelopeId, make_account_id, make_device_id, make_envelope_id
from handschlag.wire.signed import SignedRecord, parse_record, sign_record
from tests.support.olm_message import spoiled
from tests.support.relay_party import further_device

PATIENCE = 10.0
YEAR = 366 * 86_400
KEY = b"k" * 32


class Customer:
    """One person with one device."""

    def __init__(self, relay: Relay, clock: Clock, session: aiohttp.ClientSession, business: AccountId) -> None:
        self.relay = relay
        self.clock = clock
        self.business = business
        self.account = make_account_id(secrets.token_bytes(26), relay.settings.name)
        self.identity = Identity.create(self.account, secrets.token_bytes(64))
        self.device = self.new_device()
        self.http = RelayHttp(relay.url, session, self.device, clock)
        self.link: LiveLink | None = None
        self.opened: list[Opened] = []
        self.unopened: list[Unopened] = []
        self.stamps: dict[EnvelopeId, SignedRecord | None] = {}
        self.results: list[Result] = []
        self.notes: list[Any] = []
        self.acknowledging = True
        self.grants: dict[str, Grant] = {}
        self.head: str | None = None
        self._news = asyncio.Condition()
        self._events: asyncio.Queue[list[Event]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._last = 0

    def new_device(self) -> Device:
        device = Device.create(self.account, make_device_id(secrets.token_bytes(10)), now=self.clock.now())
        device.certify(self.identity)
        device.take_changes(KEY)
        return device

    async def join(self) -> None:
        await self.http.create_account(CreateAccount(account=self.account, device_keys=self.device.device_keys()))
        keys = UploadSigningKeys(
            master_key=self.identity.master_key(), self_signing_key=self.identity.self_signing_key()
        )
        await self.http.upload_signing_keys(keys)
        await self.top_up(0, [])
        await self.learn_business()
        await self.connect()

    async def top_up(self, stock: int, unused: list[str]) -> None:
        keys = self.device.keys_to_upload(stock, unused, self.clock.now())
        if keys is not None:
            await self.http.upload_keys(keys)
            self.device.keys_uploaded()

    async def learn_business(self) -> None:
        self.device.learn_peer(self.business, await self.http.query_keys([self.business]))
        if missing := self.device.devices_to_claim(self.business):
            self.device.open_sessions(self.business, await self.http.claim_keys({self.business: missing}))

    async def connect(self) -> None:
        callbacks = LinkCallbacks(
            on_welcome=self._on_welcome,
            on_events=self._events.put_nowait,
            on_results=self._on_results,
            on_keys=self._on_keys,
        )
        self.link = LiveLink(self.http, callbacks, last=self._last)
        self._task = asyncio.create_task(self._work())
        self.link.start()

    async def disconnect(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self.link is not None:
            await self.link.close()
        self.link = None

    def _on_welcome(self, _welcome: Welcome) -> None:
        return

    def _on_keys(self, _keys: Keys) -> None:
        return

    def _on_results(self, results: list[Result]) -> None:
        self.results.extend(results)
        asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _work(self) -> None:
        while True:
            for event in await self._events.get():
                self._take(event)
            await self._tell()

    def _take(self, event: Event) -> None:
        if event.note is not None:
            self.notes.append(event.note)
        else:
            found = self.device.open(event.header, event.body, self.clock.now())  # type: ignore[arg-type]
            if isinstance(found, Opened):
                self.opened.append(found)
                self.stamps[found.header.id] = event.stamp
            else:
                self.unopened.append(found)
        self._last = event.number
        if self.acknowledging and self.link is not None:
            self.link.acknowledge(event.number)

    async def until(self, condition: Callable[[], Any]) -> Any:
        async with asyncio.timeout(PATIENCE), self._news:
            while not (found := condition()):
                await self._news.wait()
        return found

    # What the person does

    def send(self, kind: str, body: bytes, *, id_: EnvelopeId | None = None, attempt: int = 0) -> EnvelopeId:
        now = self.clock.now()
        draft = HeaderDraft(
            id=id_ or make_envelope_id(now, secrets.token_bytes(10)),
            to=self.business,
            kind=kind,  # type: ignore[arg-type]
            sent_at=int(now),
            attempt=attempt,
        )
        assert self.link is not None
        self.link.send_envelopes([self.device.seal(draft, body)])
        return draft.id

    def write(self, text: str, *, answering: str | None = None) -> str:
        """Write a text and return its wamid."""
        message = TextMessage(text=Text(body=text), context=None if answering is None else Context(id=answering))
        return message_id(self.send("service", msgspec.json.encode(message)))

    async def introduce(self, name: str, number: str | None = None, *, language: Literal["en", "de"] = "de") -> None:
        introduction = Introduction(name=name, language=language)
        if number is not None:
            salt = to_base64(secrets.token_bytes(32))
            attestation = await self.relay.attest_number(self.account, number, salt)
            introduction = Introduction(
                name=name, language=language, phone_number=number, attestation=attestation, salt=salt
            )
        self.send("system", msgspec.json.encode(SystemBody(introduction=introduction)))

    def read(self, *ids: EnvelopeId) -> None:
        self.send("receipt", msgspec.json.encode(ReadReceipt(read=list(ids), at=int(self.clock.now()))))

    def ask_again(self, id_: EnvelopeId, attempt: int = 0) -> None:
        self.send("receipt", msgspec.json.encode(ResendRequest(resend=[Resend(id=id_, attempt=attempt)])))

    async def agree(self, *purposes: Purpose) -> None:
        card = await self.http.company_card(self.business)
        assert card.offer is not None
        offer = parse_record(card.offer, Offer, "offer")
        now = int(self.clock.now())
        grant = Grant(
            id=secrets.token_hex(16),
            business=self.business,
            customer=self.account,
            device=self.device.device,
            offer=card.offer.hash,
            notice=hash_of(offer.notice["de"].encode()),
            language="de",
            purposes=list(purposes),
            origin="link",
            build="test",
            at=now,
            expires_at=now + YEAR,
            previous=self.head,
        )
        signed = sign_record(grant, self.device.signer)
        await self.http.post_grant(signed)
        self.head = signed.hash
        self.grants[signed.hash] = grant

    async def withdraw(self, *purposes: Purpose) -> None:
        withdrawal = Withdrawal(
            id=secrets.token_hex(16),
            business=self.business,
            customer=self.account,
            device=self.device.device,
            purposes=list(purposes) or "*",
            at=int(self.clock.now()),
            previous=self.head,
        )
        signed = sign_record(withdrawal, self.device.signer)
        await self.http.post_withdrawal(signed)
        self.head = signed.hash

    def send_again(self, id_: EnvelopeId, text: str, *, attempt: int) -> None:
        """Seal a text again, as a device asked to do."""
        self.send("service", msgspec.json.encode(TextMessage(text=Text(body=text))), id_=id_, attempt=attempt)

    def send_damaged(self, text: str) -> EnvelopeId:
        """Write a text that is damaged on its way; returns its id."""
        now = self.clock.now()
        draft = HeaderDraft(make_envelope_id(now, secrets.token_bytes(10)), self.business, "service", int(now))
        envelope = self.device.seal(draft, msgspec.json.encode(TextMessage(text=Text(body=text))))
        bodies = {
            account: {device: msgspec.Raw(spoiled(bytes(body), 700)) for device, body in sealed.items()}
            for account, sealed in envelope.bodies.items()
        }
        assert self.link is not None
        self.link.send_envelopes([msgspec.structs.replace(envelope, bodies=bodies)])
        return draft.id

    async def questions(self, count: int) -> list[ResendRequest]:
        """Wait until we were asked so often to seal something again; return what was asked."""

        def found() -> list[ResendRequest]:
            return [o.content for o in self.opened if isinstance(o.content, ResendRequest)]

        await self.until(lambda: len(found()) >= count)
        return found()

    def forget_opened(self) -> None:
        """Behave as a device that has never opened anything from the company."""
        self.device._peers[self.business].opened.clear()

    async def replace_device(self, session: aiohttp.ClientSession) -> None:
        """Add a second, certified device, and look with that one from now on; the first stays, silent."""
        await self.disconnect()
        self.device = self.new_device()
        self.http = RelayHttp(self.relay.url, session, self.device, self.clock)
        self._last = 0
        await self.http.add_device(further_device(self.relay, self.device, self.identity, self.clock))
        await self.top_up(0, [])
        await self.learn_business()
        await self.connect()

    # What the person sees

    @property
    def texts(self) -> list[str]:
        return [o.content.text.body for o in self.opened if isinstance(o.content, TextMessage)]

    async def opened_attempt(self, attempt: int) -> None:
        await self.until(lambda: any(opened.header.attempt == attempt for opened in self.opened))

    async def text(self, body: str) -> Opened:
        found: Opened = await self.until(
            lambda: next(
                (o for o in self.opened if isinstance(o.content, TextMessage) and o.content.text.body == body), None
            )
        )
        return found

    async def rendered(self, opened: Opened) -> str:
        """Return a template's text if every check of the reading device holds."""
        return (await self.shown(opened)).body

    async def shown(self, opened: Opened) -> Rendered:
        """Return all that is shown of a template if every check of the reading device holds."""
        texts = await self.http.template_texts(self.business)
        wanted = opened.content.template  # type: ignore[union-attr]
        definition = next(t for t in texts.definitions if hash_of(t.encode()) == wanted)
        reader = Reader(relay_key=(await self.http.relay_info()).signing_key, grants=self.grants)
        stamp = self.stamps[opened.header.id]
        return show_template(opened, definition=definition, stamp=stamp, reader=reader, now=self.clock.now())
