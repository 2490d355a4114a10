"""All simulated customers of a sandbox: made, found again after a restart, online or not."""

from __future__ import annotations

import asyncio
from functools import partial

import aiohttp
import msgspec

from handschlag.clock import Clock
from handschlag.database.store import Store
from handschlag.device.device import Device
from handschlag.sandbox.customer import Customer
from handschlag.sandbox.joining import Attest, agree, create_customer, erase_account, introduce
from handschlag.sandbox.records import Entry, Profile
from handschlag.sandbox.storage import delete_customer, list_customers, list_messages, load_device
from handschlag.wire.company import CompanyCard
from handschlag.wire.consent import Language, Purpose


class Customers:
    """The people of a sandbox, who talk with one company."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        session: aiohttp.ClientSession,
        *,
        relay_url: str,
        handle: str,
        master_key: str,
        attest: Attest,
    ) -> None:
        self._store, self._clock, self._session = store, clock, session
        self._relay_url, self._handle, self._master_key = relay_url, handle, master_key
        self._attest = attest
        self._customers: dict[str, Customer] = {}

    async def load(self) -> None:
        """Bring back the customers of earlier runs; those who were online come online."""
        for stored in await self._store.read(list_customers):
            profile = msgspec.json.decode(stored, type=Profile)
            state, peers = await self._store.read(partial(load_device, customer=profile.id))
            device = Device.restore(state, profile.pickle_key)
            for peer in peers:
                device.load_peer(peer)
            customer = Customer(profile, device, self._store, self._clock, self._session, self._relay_url)
            for row in await self._store.read(partial(list_messages, customer=profile.id)):
                entry = msgspec.json.decode(row, type=Entry)
                customer.entries[entry.envelope] = entry
            self._customers[profile.id] = customer
            if not profile.offline:
                await customer.connect()

    async def make(
        self, name: str, *, phone_number: str | None, purposes: list[Purpose], language: Language
    ) -> Customer:
        """Return a new customer who joined by the company's link, agreed to these purposes and introduced themselves."""
        card = await self.card()
        customer = await create_customer(
            self._store, self._clock, self._session, relay_url=self._relay_url, card=card, master_key=self._master_key,
            name=name, language=language,
        )  # fmt: skip
        customer.profile.phone_number = phone_number
        self._customers[customer.profile.id] = customer
        await customer.connect()
        if purposes:
            await agree(customer, self._clock, card, purposes)
        await introduce(customer, self._attest)
        return customer

    async def erase(self, customer: Customer) -> None:
        """End a customer's account, and remove everything of it here."""
        await erase_account(customer, self._clock)
        id_ = customer.profile.id
        del self._customers[id_]
        await customer.close()
        await self._store.flushed()
        await self._store.write(partial(delete_customer, customer=id_))

    def all(self) -> list[Customer]:
        """Return everybody, who joined first first."""
        return sorted(self._customers.values(), key=lambda customer: customer.profile.joined_at)

    def find(self, id_: str) -> Customer | None:
        """Return a customer."""
        return self._customers.get(id_)

    async def card(self) -> CompanyCard:
        """Return the company's card, as the relay has it now."""
        async with self._session.get(f"{self._relay_url}/v1/companies/{self._handle}") as response:
            response.raise_for_status()
            return msgspec.json.decode(await response.read(), type=CompanyCard)

    async def close(self) -> None:
        """Stop all customers; everything is stored."""
        await asyncio.gather(*(customer.close() for customer in self._customers.values()))
