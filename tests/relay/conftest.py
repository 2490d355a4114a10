"""A real relay on either database, a company, and customers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from tests.support.participants import Company, enrol_company, relay_settings

from handschlag.clock import MovableClock
from handschlag.database.store import Store
from handschlag.relay.app import Relay, create_relay
from handschlag.sandbox.customer import Customer
from handschlag.sandbox.joining import create_customer
from handschlag.sandbox.storage import metadata

NewCustomer = Callable[[str], Awaitable[Customer]]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def relay(tmp_path: Path, clock: MovableClock, database_url: str) -> AsyncIterator[Relay]:
    started = create_relay(relay_settings(tmp_path / "relay", database_url=database_url), clock)
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
async def company(relay: Relay, session: aiohttp.ClientSession, clock: MovableClock) -> AsyncIterator[Company]:
    enrolled = await enrol_company(relay, session, clock)
    await enrolled.connect()
    yield enrolled
    if enrolled.link is not None:
        await enrolled.link.close()


@pytest.fixture
async def customer_store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'customers.sqlite3'}")
    await store.start()
    await store.write(metadata.create_all)
    yield store
    await store.close()


@pytest.fixture
async def new_customer(
    relay: Relay, company: Company, clock: MovableClock, session: aiohttp.ClientSession, customer_store: Store
) -> AsyncIterator[NewCustomer]:
    made: list[Customer] = []

    async def make(name: str) -> Customer:
        card = await company.http.company_card(company.handle)
        customer = await create_customer(
            customer_store,
            clock,
            session,
            relay_url=relay.url,
            card=card,
            master_key=company.identity.master_public,
            name=name,
        )
        made.append(customer)
        return customer

    yield make
    for customer in made:
        await customer.close()
