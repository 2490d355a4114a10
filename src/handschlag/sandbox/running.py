"""A running sandbox's parts: relay, gateway, customers and the clock they share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from handschlag.clock import MovableClock
from handschlag.database.store import Store
from handschlag.gateway.app import Gateway
from handschlag.gateway.storage.companies import CompanyRow
from handschlag.gateway.storage.contacts import Contact, find_contact
from handschlag.relay.app import Relay
from handschlag.sandbox.connection import Connection
from handschlag.sandbox.customer import Customer
from handschlag.sandbox.customers import Customers
from handschlag.sandbox.requests import shown
from handschlag.sandbox.storage import STORE_FACT
from handschlag.sandbox.text_messages import TextMessages
from handschlag.wire.ids import AccountId

_KNOWN_SECONDS = 15.0


@dataclass
class Running:
    """What the control door works with."""

    clock: MovableClock
    store: Store
    relay: Relay
    gateway: Gateway
    company: CompanyRow
    customers: Customers
    connection: Connection
    text_messages: TextMessages

    def customer(self, request: web.Request) -> Customer:
        """Return the customer a path names; raises HTTPNotFound."""
        id_ = request.match_info["id"]
        customer = self.customers.find(id_)
        if customer is None:
            raise web.HTTPNotFound(reason=f"id: got {shown(id_)}, which is no customer here")
        return customer

    async def contact_of(self, account: AccountId) -> Contact:
        """Return how the company's programs call a customer, as soon as the gateway has opened the introduction."""
        store = self.gateway.running.store
        async with asyncio.timeout(_KNOWN_SECONDS):
            while True:
                contact = await store.read(lambda c: find_contact(c, self.company.id, account))
                if contact is not None and (contact.name or contact.is_forgotten):
                    return contact
                await asyncio.sleep(0.01)

    async def advance(self, seconds: float) -> None:
        """Move the clock for everybody, remember it, and clear away what has expired."""
        self.clock.advance(seconds)
        self.store.add(STORE_FACT, ("clock_ahead", str(self.clock.ahead).encode(), self.clock.now()))
        await self.store.flushed()
        await self.gateway.settled()
        await self.relay.expire_now()
