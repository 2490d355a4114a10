"""A real relay, a company and customers of it; on SQLite, and where storage matters on PostgreSQL too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from handschlag.clock import MovableClock
from handschlag.database.store import Store
from handschlag.relay.app import MIGRATIONS, Relay, create_relay
from handschlag.sandbox.customer import Customer
from handschlag.sandbox.joining import create_customer
from handschlag.sandbox.storage import metadata
from tests.support.migrated import lay_database
from tests.support.participants import Company, enrol_company, relay_settings
from tests.support.relay_door import Door
from tests.support.relay_party import Party, join

NewCustomer = Callable[[str], Awaitable[Customer]]
StartRelay = Callable[..., Awaitable[Relay]]
Join = Callable[..., Awaitable[Party]]

both_databases = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("postgresql_url") if getattr(request, "param", "") == "postgresql" else ""


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def start_relay(tmp_path: Path, clock: MovableClock, database_url: str) -> AsyncIterator[StartRelay]:
    """Start a relay with other settings, or the same one again."""
    started: list[Relay] = []

    async def start(**changes: Any) -> Relay:
        free = {"database_url": database_url, "claims_per_minute": 0, "customer_envelopes_per_minute": 0}
        settings = relay_settings(tmp_path / "relay", **(free | changes))
        if not settings.database_url:
            lay_database(settings.data / "relay.sqlite3", MIGRATIONS)
        relay = create_relay(settings, clock)
        await relay.start()
        started.append(relay)
        return relay

    yield start
    for relay in started:
        await relay.stop()


@pytest.fixture
async def relay(start_relay: StartRelay) -> Relay:
    return await start_relay()


@pytest.fixture
def door(relay: Relay, session: aiohttp.ClientSession) -> Door:
    return Door(session, relay.url)


@pytest.fixture
def join_relay(relay: Relay, session: aiohttp.ClientSession, clock: MovableClock) -> Join:
    async def make(**how: Any) -> Party:
        return await join(relay, session, clock, **how)

    return make


@pytest.fixture
async def airline(join_relay: Join) -> Party:
    """A company."""
    return await join_relay(handle="moewe-air")


@pytest.fixture
async def ines(join_relay: Join) -> Party:
    """A customer."""
    return await join_relay()


@pytest.fixture
async def company(relay: Relay, session: aiohttp.ClientSession, clock: MovableClock) -> AsyncIterator[Company]:
    """A company with the real live link."""
    enrolled = await enrol_company(relay, session, clock)
    await enrolled.connect()
    yield enrolled
    if enrolled.link is not None:
        await enrolled.link.close()


@pytest.fixture
async def new_customer(
    relay: Relay, company: Company, clock: MovableClock, session: aiohttp.ClientSession, tmp_path: Path
) -> AsyncIterator[NewCustomer]:
    """Simulated customers: real devices with real keys."""
    store = Store(f"sqlite:///{tmp_path / 'customers.sqlite3'}")
    await store.start()
    await store.write(metadata.create_all)
    made: list[Customer] = []

    async def make(name: str) -> Customer:
        card = await company.http.company_card(company.handle)
        customer = await create_customer(
            store, clock, session, relay_url=relay.url, card=card, master_key=company.identity.master_public, name=name
        )  # fmt: skip
        made.append(customer)
        return customer

    yield make
    for customer in made:
        await customer.close()
    await store.close()
