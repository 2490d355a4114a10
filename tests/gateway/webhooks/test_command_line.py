"""`handschlag gateway webhooks`: the log as a table, an attempt whole, telling once more; beside a gateway that runs or not."""

from __future__ import annotations

import asyncio
import re

from typer.testing import CliRunner

from handschlag.cli.app import app
from handschlag.gateway.webhooks.events import publish_event
from tests.gateway.house import House
from tests.support.waiting import until


async def command(house: House, *words: str, status: int = 0) -> str:
    environment = {
        "HANDSCHLAG_GATEWAY_DATA": str(house.folder / "gateway"),
        "HANDSCHLAG_GATEWAY_PRIVATE_CALLBACKS": "1",
    }
    line = ["gateway", "webhooks", *words]
    done = await asyncio.to_thread(CliRunner().invoke, app, line, env=environment)
    assert done.exit_code == status, done.output
    return done.output


async def test_beside_a_gateway_that_runs_and_one_that_does_not(house: House) -> None:
    running = house.gateway.running
    await house.receiver.until(lambda: house.receiver.posts)
    await until(lambda: running.publisher.backlog == 0)
    house.receiver.answers, house.receiver.says = [500], "kaputt"
    publish_event(running, running.companies[house.company.id], "flows", {"über": "uns"}, at=running.clock.now())
    await until(lambda: house.receiver.arrived >= 3)
    await running.store.flushed()
    await until(lambda: running.publisher.backlog == 0)
    await running.store.flushed()

    failed, confirmed = (await command(house, "log", "--field", "flows")).splitlines()[1:]
    assert re.fullmatch(rf"\d{{16}}\s+[\d: -]{{19}}\s+flows\s+1\s+500\s+\d+\s+{house.receiver.url}\s*", failed)
    assert re.fullmatch(rf"\d{{16}}\s+[\d: -]{{19}}\s+flows\s+2\s+200\s+\d+\s+{house.receiver.url}\s*", confirmed)
    assert "500" in await command(house, "log", "--failed", "--since", "1h")
    assert await command(house, "log", "--url", "http://nobody.example") == "no deliveries in the log\n"

    whole = await command(house, "show", failed.split()[0])
    assert whole.startswith(f"POST {house.receiver.url}\n")
    assert "X-Hub-Signature-256: sha256=" in whole
    assert '"field": "flows"' in whole
    assert "try 1" in whole
    assert "kaputt" in whole

    before = house.receiver.arrived
    assert await command(house, "replay", failed.split()[0]) == "1 events are told once more\n"
    await house.gateway.refresh()
    await until(lambda: house.receiver.arrived == before + 1)

    await house.gateway.stop()
    assert "flows" in await command(house, "log")
    assert await command(house, "replay", "--since", "1h", "--field", "flows") == "1 events are told once more\n"
    await house.start_gateway()
    await until(lambda: house.receiver.arrived == before + 2)
    assert len({post.headers["X-Event-Id"] for post in house.receiver.posts if b"flows" in post.body}) == 1


async def test_endpoints_and_readers_are_set_listed_and_removed(house: House) -> None:
    await command(house, "set", "http://127.0.0.1:9/second", "--fields", "messages,security")
    await command(house, "keep", "--fields", "messages")
    listed = await command(house, "list")
    assert "http://127.0.0.1:9/second  messages,security" in listed
    assert "read by cursor  messages" in listed
    await command(house, "remove", "http://127.0.0.1:9/second")
    assert "second" not in await command(house, "list")


async def test_what_is_wrong_is_said_in_a_line(house: House) -> None:
    assert "IDS" in await command(house, "replay", status=2)
    assert "since: got 'soon', expected a number with s, m, h or d" in await command(
        house, "replay", "--since", "soon", status=1
    )
    assert "id: got 7, expected one of those" in await command(house, "show", "7", status=1)
    assert "url: got 'x'" in await command(house, "remove", "x", status=1)
