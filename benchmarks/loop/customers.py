"""Run customers in a process of their own: real devices with real keys that write once, then open and acknowledge what comes.

    customers.py RELAY_URL BUSINESS COUNT

They keep nothing on disk. A line of JSON is printed when all have written, and again for each line on the input; its end ends them.
"""

from __future__ import annotations

import asyncio
import gc
import secrets
import sys
from collections.abc import Coroutine
from typing import Any

import aiohttp
import msgspec
import uvloop

from handschlag.clock import SystemClock
from handschlag.content.text import Text, TextMessage
from handschlag.crypto.identity import Identity
from handschlag.device.device import Device
from handschlag.device.outcomes import Opened
from handschlag.device.sealing import HeaderDraft
from handschlag.relay_client.http import RelayHttp
from handschlag.relay_client.live_link import LinkCallbacks, LiveLink
from handschlag.wire.frames import Event, Keys, Result, Welcome
from handschlag.wire.http import CreateAccount, UploadSigningKeys
from handschlag.wire.ids import AccountId, make_account_id, make_device_id, make_envelope_id

_JOINING_AT_ONCE = 16
_HELLO = msgspec.json.encode(TextMessage(text=Text(body="Moin")))


class Counts(msgspec.Struct):
    """What all customers have seen; `repeated` came twice and was shown once, `unopened` could not be opened."""

    opened: int = 0
    repeated: int = 0
    unopened: int = 0


class Customer:
    """One person with one device."""

    def __init__(
        self, relay_url: str, business: AccountId, session: aiohttp.ClientSession, clock: SystemClock, counts: Counts
    ) -> None:
        account = make_account_id(secrets.token_bytes(26), business.partition(":")[2])
        self._identity = Identity.create(account, secrets.token_bytes(64))
        self._device = Device.create(account, make_device_id(secrets.token_bytes(10)), now=clock.now())
        self._device.certify(self._identity)
        self._business = business
        self._clock = clock
        self._counts = counts
        self._http = RelayHttp(relay_url, session, self._device, clock)
        self._written = asyncio.Event()
        self.link = LiveLink(
            self._http,
            LinkCallbacks(
                on_welcome=self._on_welcome,
                on_events=self._on_events,
                on_results=self._on_results,
                on_keys=self._on_keys,
            ),
        )

    async def join(self) -> None:
        """Make an account, and return when the company has been written to."""
        device, http, identity = self._device, self._http, self._identity
        await http.create_account(CreateAccount(account=device.account, device_keys=device.device_keys()))
        keys = UploadSigningKeys(master_key=identity.master_key(), self_signing_key=identity.self_signing_key())
        await http.upload_signing_keys(keys)
        made = device.keys_to_upload(0, [], self._clock.now())
        assert made is not None, "a new device has published no keys"
        await http.upload_keys(made)
        device.keys_uploaded()
        device.learn_peer(self._business, await http.query_keys([self._business]))
        wanted = {self._business: device.devices_to_claim(self._business)}
        device.open_sessions(self._business, await http.claim_keys(wanted))
        self.link.start()
        await self.link.wait_until_connected()
        now = self._clock.now()
        id_ = make_envelope_id(now, secrets.token_bytes(10))
        draft = HeaderDraft(id=id_, to=self._business, kind="service", sent_at=int(now))
        self.link.send_envelopes([device.seal(draft, _HELLO)])
        await self._written.wait()

    def _on_events(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event.header, msgspec.Raw) and isinstance(event.body, msgspec.Raw):
                found = self._device.open(event.header, event.body, self._clock.now())
                if isinstance(found, Opened):
                    self._counts.opened += 1
                elif found.reason == "duplicate":
                    self._counts.repeated += 1
                else:
                    self._counts.unopened += 1
        self.link.acknowledge(events[-1].number)

    def _on_results(self, results: list[Result]) -> None:
        if any(result.refusal is not None for result in results):
            raise SystemExit("the relay refused a customer's message")
        self._written.set()

    def _on_welcome(self, _welcome: Welcome) -> None:
        """Nothing is to do."""

    def _on_keys(self, _keys: Keys) -> None:
        """One message each is written: the stock lasts."""


async def _main(relay_url: str, business: AccountId, count: int) -> None:
    counts, clock, room = Counts(), SystemClock(), asyncio.Semaphore(_JOINING_AT_ONCE)

    async def with_room(joining: Coroutine[Any, Any, None]) -> None:
        async with room:
            await joining

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        customers = [Customer(relay_url, business, session, clock, counts) for _ in range(count)]
        await asyncio.gather(*(with_room(customer.join()) for customer in customers))
        gc.collect()
        gc.freeze()
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        asked = True
        while asked:
            print(msgspec.json.encode(counts).decode(), flush=True)
            asked = bool(await lines.readline())
        for customer in customers:
            await customer.link.close()


if __name__ == "__main__":
    uvloop.run(_main(sys.argv[1], AccountId(sys.argv[2]), int(sys.argv[3])))
