"""A relay, a gateway with one company, and its program's view of the API: real parts, started and stopped by fixtures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp

from handschlag.clock import MovableClock
from handschlag.gateway.actions.companies.create_token import create_token
from handschlag.gateway.actions.companies.enrol_company import EnrolRequest, enrol_company
from handschlag.gateway.actions.companies.set_offer import OfferDraft, set_offer
from handschlag.gateway.actions.templates.add_template import TemplateDraft, add_template
from handschlag.gateway.actions.webhooks.set_subscription import set_subscription
from handschlag.gateway.app import MIGRATIONS, Gateway, create_gateway
from handschlag.gateway.settings import GatewaySettings
from handschlag.gateway.storage.companies import CompanyRow
from handschlag.relay.app import MIGRATIONS as RELAY_MIGRATIONS
from handschlag.relay.app import Relay, create_relay
from handschlag.relay.settings import RelaySettings
from handschlag.wire.consent import PURPOSES, Controller, OfferedPurpose
from tests.gateway.customer import Customer
from tests.gateway.receiver import Receiver
from tests.support.migrated import lay_database

OFFER = OfferDraft(
    controller=Controller(
        name="Möwe Air GmbH",
        address="Am Kai 1, Hamburg",
        contact="kontakt@moewe.example",
        data_protection_contact="dsb@moewe.example",
    ),
    purposes=[
        OfferedPurpose(
            purpose=purpose,
            legal_basis="GDPR Art. 6(1)(a)",
            cap_per_day=100,
            cap_per_month=1000,
            retention_days=365,
            description={"en": purpose, "de": purpose},
        )
        for purpose in PURPOSES
    ],
    notice={"en": "May we write to you?", "de": "Dürfen wir Ihnen schreiben?"},
    withdraw={"en": "Any time.", "de": "Jederzeit."},
)
DEPARTURE = TemplateDraft(
    name="departure",
    language="de",
    category="UTILITY",
    components=[{"type": "BODY", "text": "Flug {{1}} startet um {{2}} Uhr am Gate {{3}}."}],
)


class House:
    """What a test works with."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.clock = MovableClock()
        self.relay: Relay
        self.restart_relay(0)
        self.settings = settings
        self.gateway: Gateway
        self.company: CompanyRow
        self.token = ""
        self.receiver = Receiver()
        self.session: aiohttp.ClientSession
        self.customers: list[Customer] = []

    async def start(self) -> None:
        self.session = aiohttp.ClientSession()
        await self.relay.start()
        await self.receiver.start()
        await self.start_gateway()
        configuration = self.gateway.configuration
        code = await self.relay.invite(name="Möwe Air", method="demonstration", evidence="test")
        self.company = await enrol_company(
            configuration,
            EnrolRequest(
                relay_url=self.relay.url,
                invitation=code,
                name="Möwe Air",
                handle="moewe-air",
                number="+49 30 1234567",
                profile={"about": "Wir fliegen."},
            ),
        )
        self.token = await create_token(configuration, self.company.app_id)
        await set_offer(configuration, self.company, OFFER)
        await add_template(configuration, self.company, DEPARTURE)
        await set_subscription(configuration, self.company.app_id, self.receiver.url)
        await self.gateway.settled()

    async def start_gateway(self, **changed: Any) -> None:
        self.settings |= changed
        settings = GatewaySettings(
            data=self.folder / "gateway",
            **{
                "port": 0,
                "private_callbacks": True,
                "messages_per_second": 0,
                "pair_burst": 0,
                # Examples name pages of the internet, and tests leave it alone.
                "link_preview_timeout": 0,
                **self.settings,
            },
        )
        lay_database(self.folder / "gateway" / "gateway.sqlite3", MIGRATIONS)
        self.gateway = create_gateway(settings, self.clock)
        await self.gateway.start()

    def reconnect(self, *customers: Customer) -> None:
        """Let everybody look for the relay now: it is back."""
        for workers in self.gateway._workers.values():
            workers.link.link.reconnect_now()
        for customer in customers:
            if customer.link is not None:
                customer.link.reconnect_now()

    def restart_relay(self, port: int) -> None:
        """Make a relay over the same data, to be started."""
        settings = RelaySettings(data=self.folder / "relay", port=port, accounts_per_hour=0, logins_per_minute=0)
        lay_database(settings.data / "relay.sqlite3", RELAY_MIGRATIONS)
        self.relay = create_relay(settings, self.clock)

    async def restart_gateway(self, **changed: Any) -> None:
        await self.gateway.stop()
        await self.start_gateway(**changed)

    async def stop(self) -> None:
        for customer in self.customers:
            await customer.disconnect()
        await self.receiver.stop()
        await self.gateway.stop()
        await self.relay.stop()
        await self.session.close()

    async def customer(self, name: str = "Anna Müller", number: str | None = None, *, agrees: bool = True) -> Customer:
        """Return a customer who is connected, introduced, and by default agreed to utility messages."""
        customer = await self.customer_without_waiting()
        if agrees:
            await customer.agree("utility")
        await customer.introduce(name, number)
        hello = customer.write("Moin")
        await self.receiver.message(hello)
        return customer

    async def customer_without_waiting(self) -> Customer:
        """Return a customer who joined and has not written yet."""
        customer = Customer(self.relay, self.clock, self.session, self.company.account)
        self.customers.append(customer)
        await customer.join()
        return customer

    def contact_of(self, customer: Customer) -> Any:
        """Return the gateway's contact of a customer."""
        running = self.gateway.running
        found = running.companies[self.company.id].contacts.cached_customer(customer.account)
        assert found is not None
        return found

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def call(self, method: str, path: str, **request: Any) -> tuple[int, Any, Any]:
        """Make a request; returns status, JSON and headers."""
        request.setdefault("headers", self.headers)
        async with self.session.request(method, self.gateway.url + path, **request) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None, answer.headers

    async def post(self, message: dict[str, Any], **request: Any) -> tuple[int, Any]:
        """Post to the messages edge; returns status and JSON."""
        body = {"messaging_product": "whatsapp", **message}
        path = f"/v23.0/{self.company.phone_number_id}/messages"
        status, answer, _ = await self.call("POST", path, json=body, **request)
        return status, answer

    async def send_text(self, to: str, body: str, **more: Any) -> str:
        """Send a text and return its wamid; fails the test if it is not accepted."""
        status, answer = await self.post({"to": to, "type": "text", "text": {"body": body}, **more})
        assert status == 200, answer
        return str(answer["messages"][0]["id"])

    async def send_departure(self, to: str, *parameters: str) -> tuple[int, Any]:
        components = [{"type": "body", "parameters": [{"type": "text", "text": p} for p in parameters]}]
        template = {"name": "departure", "language": {"code": "de"}, "components": components}
        return await self.post({"to": to, "type": "template", "template": template})
