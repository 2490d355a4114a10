"""A town: relay and gateway as processes of their own, customers and the company's webhook in the test's process.

Everything that goes to the relay goes through a recording proxy.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import msgspec

from handschlag.clock import SystemClock
from handschlag.database.store import Store
from handschlag.database.visitor import Visitor
from handschlag.gateway.actions.companies.create_token import create_token
from handschlag.gateway.actions.companies.enrol_company import EnrolRequest, enrol_company
from handschlag.gateway.actions.companies.prepare_folder import open_configuration
from handschlag.gateway.actions.companies.set_offer import set_offer
from handschlag.gateway.actions.templates.add_template import add_template
from handschlag.gateway.actions.webhooks.set_subscription import set_subscription
from handschlag.gateway.app import MIGRATIONS
from handschlag.gateway.settings import GatewaySettings
from handschlag.gateway.storage.companies import CompanyRow
from handschlag.relay.actions.companies.invite_company import invite_company
from handschlag.relay.actions.numbers.attest_number import attest_number
from handschlag.relay.context import Context
from handschlag.relay.settings import RelaySettings
from handschlag.relay.signing_key import load_secrets
from handschlag.sandbox.customer import Customer
from handschlag.sandbox.joining import agree, create_customer, introduce
from handschlag.sandbox.storage import metadata
from handschlag.wire.company import CompanyCard
from handschlag.wire.consent import Purpose
from handschlag.wire.ids import AccountId, EnvelopeId
from handschlag.wire.signed import SignedRecord
from tests.gateway.house import DEPARTURE, OFFER
from tests.gateway.receiver import Receiver
from tests.support.recording_proxy import RecordingProxy
from tests.support.server_process import ServerProcess, free_port

HANDLE = "moewe-air"
# A test's strangers all come from one address, and its customers write all day.
NO_LIMITS = dict.fromkeys(
    (
        "accounts_per_hour",
        "logins_per_minute",
        "cards_per_minute",
        "calls_per_minute",
        "claims_per_minute",
        "customer_envelopes_per_minute",
    ),
    0,
)


class Town:
    """What a test works with; `relay_database` is empty for SQLite."""

    def __init__(self, folder: Path, *, relay_database: str = "", **gateway: object) -> None:
        self.folder = folder
        self.clock = SystemClock()
        self.relay_settings = RelaySettings(data=folder / "relay", database_url=relay_database, port=free_port())
        self.gateway_settings = GatewaySettings(
            data=folder / "gateway", port=free_port(), private_callbacks=True, messages_per_second=0, pair_burst=0
        )
        self.relay = ServerProcess(
            "relay", data=folder / "relay", database_url=relay_database, port=self.relay_settings.port, **NO_LIMITS
        )
        self.gateway = ServerProcess(
            "gateway", data=folder / "gateway", port=self.gateway_settings.port,
            **{"private_callbacks": True, "messages_per_second": 0, "pair_burst": 0, **gateway},
        )  # fmt: skip
        self.proxy = RecordingProxy(self.relay_settings.port)
        self.receiver = Receiver()
        self.company: CompanyRow
        self.token = ""
        self.session: aiohttp.ClientSession
        self.customers: list[Customer] = []
        self._store = Store(f"sqlite:///{folder / 'customers.sqlite3'}")

    async def __aenter__(self) -> Town:
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.stop()

    async def _start(self) -> None:
        self.session = aiohttp.ClientSession()
        await self._store.start()
        await self._store.write(metadata.create_all)
        await self.receiver.start(free_port())
        await self.proxy.start(free_port())
        await self.relay.start()
        await self._enrol()
        await self.gateway.start()
        await self.until(self._is_open)

    async def _enrol(self) -> None:
        invitation = await invite_company(
            Visitor(self.relay_settings.database), self.clock, name="Möwe Air", method="demonstration", evidence="test"
        )
        configuration = await open_configuration(self.gateway_settings, self.clock, MIGRATIONS)
        request = EnrolRequest(
            relay_url=self.proxy.url, invitation=invitation, name="Möwe Air", handle=HANDLE, number="+49 30 1234567"
        )
        self.company = await enrol_company(configuration, request)
        self.token = await create_token(configuration, self.company.app_id)
        await set_offer(configuration, self.company, OFFER)
        await add_template(configuration, self.company, DEPARTURE)
        await set_subscription(configuration, self.company.app_id, self.receiver.url)

    async def _is_open(self) -> bool:
        """Whether the company has published itself and its offer."""
        async with self.session.get(f"{self.proxy.url}/v1/companies/{HANDLE}") as answer:
            return answer.status == 200 and "offer" in await answer.json()

    async def stop(self) -> None:
        for customer in self.customers:
            await customer.close()
        await self.gateway.stop()
        await self.relay.stop()
        for server in (self.gateway, self.relay):
            (self.folder / f"{server.place}.log").write_bytes(server.output)
        await self.receiver.stop()
        await self.proxy.stop()
        await self._store.close()
        await self.session.close()

    async def until(self, condition: Callable[[], Any], seconds: float = 30.0, *, every: float = 0.05) -> Any:
        """Wait until something true is returned, or awaited."""
        async with asyncio.timeout(seconds):
            while True:
                found = condition()
                if asyncio.iscoroutine(found):
                    found = await found
                if found:
                    return found
                await asyncio.sleep(every)

    async def customer(self, name: str, *purposes: Purpose, number: str | None = None) -> Customer:
        """Return a customer who is online, agreed to these purposes, and introduced themselves."""
        card = await self.card()
        key = next(iter(msgspec.json.decode(self.company.master_key)["keys"].values()))
        customer = await create_customer(
            self._store, self.clock, self.session, relay_url=self.proxy.url, card=card, master_key=key, name=name
        )
        self.customers.append(customer)
        customer.profile.phone_number = number
        await customer.connect()
        if purposes:
            await agree(customer, self.clock, card, list(purposes))
        await introduce(customer, self._attest)
        return customer

    async def card(self) -> CompanyCard:
        """Return the company's card."""
        async with self.session.get(f"{self.proxy.url}/v1/companies/{HANDLE}") as answer:
            return msgspec.json.decode(await answer.read(), type=CompanyCard)

    async def _attest(self, account: AccountId, number: str, salt: str) -> SignedRecord:
        """Attest as the operator does beside the running relay."""
        settings = self.relay_settings
        beside = SimpleNamespace(
            clock=self.clock, secrets=load_secrets(settings.data), store=Visitor(settings.database)
        )
        return await attest_number(cast("Context", beside), account, number, salt)

    async def write(self, customer: Customer, text: str) -> EnvelopeId:
        """Let a customer write, and return the envelope's id once it is on the customer's disk."""
        message = {"type": "text", "text": {"body": text}}
        return await customer.send("service", msgspec.json.encode(message), message)

    async def post(self, message: dict[str, Any]) -> tuple[int, Any]:
        """Post to the messages edge; returns status and JSON. Raises ClientError if the gateway does not answer."""
        url = f"http://127.0.0.1:{self.gateway_settings.port}/v23.0/{self.company.phone_number_id}/messages"
        headers = {"Authorization": f"Bearer {self.token}"}
        body = {"messaging_product": "whatsapp", **message}
        async with self.session.post(url, json=body, headers=headers) as answer:
            return answer.status, json.loads(await answer.read())
