"""Waking a browser without a word: who is woken, when, and for which chat (spec/wire.md section 10)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay
from handschlag.relay.storage.schema import push_subscriptions
from tests.relay.conftest import StartRelay, both_databases
from tests.support.push_service import Browser, PushService
from tests.support.relay_door import Answer
from tests.support.relay_party import Party, join
from tests.support.waiting import until


@pytest.fixture
def service() -> Iterator[PushService]:
    made = PushService()
    yield made
    made.close()


@pytest.fixture
async def relay(start_relay: StartRelay, service: PushService) -> Relay:
    return await start_relay(push_origins=[service.origin])


@pytest.fixture
def browser() -> Browser:
    return Browser()


def subscription(service: PushService, browser: Browser, **more: Any) -> dict[str, Any]:
    return {"endpoint": f"{service.origin}/ines", **browser.keys, **more}


async def call(party: Party, method: str, body: Any = None, path: str = "subscription") -> Answer:
    return await party.door.call(method, f"/v1/push/{path}", body, token=await party.token())


async def subscribe(party: Party, service: PushService, browser: Browser, **more: Any) -> None:
    answer = await call(party, "PUT", subscription(service, browser, **more))
    assert answer.status == 200, answer


async def write(sender: Party, to: Party, kind: str = "service") -> None:
    socket = await sender.connect()
    (result,) = await socket.send(sender.envelope(to, kind=kind))
    assert result.refusal is None, result
    await socket.close()


async def settled(relay: Relay) -> None:
    """Wait until nobody's turn is due any more."""
    wake_ups = relay.context.wake_ups
    now = relay.context.clock.now()
    await until(lambda: not wake_ups._tasks and all(due > now for due, *_ in wake_ups._order))


def outcomes(relay: Relay, outcome: str) -> float:
    return float(relay.context.metrics.wake_ups.labels(outcome)._value.get())


@pytest.fixture
async def talking(airline: Party, ines: Party) -> None:
    """Ines wrote, so the company may answer."""
    await write(ines, airline)


@both_databases
@pytest.mark.usefixtures("talking")
async def test_a_message_wakes_a_device_that_is_away_with_the_companys_name_and_nothing_else(
    relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party
) -> None:
    info = (await ines.door.call("GET", "/v1/relay")).body
    await subscribe(ines, service, browser)
    await write(airline, ines)
    await until(lambda: service.posted)
    assert service.companies(browser) == [airline.account]
    (posted,) = service.posted
    assert posted.is_signed_for(service.origin)["sub"] == "https://localhost"
    assert f"k={info['push_key']}" in posted.headers["authorization"]
    assert (posted.headers["content-encoding"], posted.headers["ttl"], posted.headers["urgency"]) == (
        "aes128gcm", str(7 * 86_400), "high"
    )  # fmt: skip
    assert len(posted.headers["topic"]) == 32
    assert airline.account.encode() not in posted.body
    await settled(relay)
    assert outcomes(relay, "sent") == 1


@both_databases
@pytest.mark.usefixtures("talking")
async def test_a_subscription_is_shown_replaced_and_forgotten(
    relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party, session: aiohttp.ClientSession,
    clock: MovableClock,
) -> None:  # fmt: skip
    assert (await call(ines, "GET")).body == {"subscription": None}
    muted = [{"business": airline.account}, {"business": airline.account, "until": 5}]
    quiet = {"start": 1320, "end": 420, "zone": "Europe/Berlin"}
    await subscribe(ines, service, browser, quiet_hours=quiet, muted=muted)
    # What is over is not kept; the last word about a company counts.
    assert (await call(ines, "GET")).body["subscription"] == subscription(service, browser, quiet_hours=quiet)
    await subscribe(ines, service, browser)
    # The browser begins anew as somebody else, at the same address.
    other = await join(relay, session, clock)
    await subscribe(other, service, browser)
    assert (await call(ines, "GET")).body == {"subscription": None}
    await write(airline, ines)
    assert (await call(other, "DELETE")).status == 200
    assert (await call(other, "GET")).body == {"subscription": None}
    await settled(relay)
    assert service.posted == []


@both_databases
@pytest.mark.usefixtures("talking")
async def test_an_erased_account_takes_its_addresses_along_and_is_not_woken_for_what_was_due(
    relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party, session: aiohttp.ClientSession,
    clock: MovableClock,
) -> None:  # fmt: skip
    await subscribe(ines, service, browser)
    await write(airline, ines)
    await until(lambda: service.posted)
    await settled(relay)
    # Of the same chat the browser hears again after a while.
    await write(airline, ines)
    phone = await join(relay, session, clock, identity=ines.identity)
    await subscribe(phone, service, browser, endpoint=f"{service.origin}/phone")
    await ines.erase_account()
    await settled(relay)
    clock.advance(3600)
    relay.context.wake_ups.ring()
    await settled(relay)
    assert len(service.posted) == 1
    left = await relay.context.store.read(lambda tables: list(tables.execute(select(push_subscriptions))))
    assert left == []


@pytest.mark.usefixtures("talking")
class TestNobodyIsWoken:
    async def test_while_connected(
        self, relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party
    ) -> None:
        await subscribe(ines, service, browser)
        socket = await ines.connect()
        await write(airline, ines)
        await socket.hear_events(1)
        await settled(relay)
        assert service.posted == []

    async def test_for_receipts_and_notes(
        self, relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party
    ) -> None:
        await subscribe(ines, service, browser)
        await write(airline, ines, kind="receipt")
        socket = await airline.connect()
        await socket.hear_events(1)
        await socket.acknowledge()
        await settled(relay)
        assert service.posted == []

    async def test_by_a_company_that_is_muted_until_it_is_not(
        self, relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        until_then = int(clock.now()) + 3600
        await subscribe(ines, service, browser, muted=[{"business": airline.account, "until": until_then}])
        await write(airline, ines)
        await until(lambda: outcomes(relay, "muted") == 1)
        clock.advance(3601)
        await write(airline, ines)
        await until(lambda: service.posted)
        assert outcomes(relay, "sent") <= 1

    async def test_when_everything_was_fetched_before_the_turn_came(
        self, relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        await subscribe(ines, service, browser)
        await write(airline, ines)
        await until(lambda: service.posted)
        await write(airline, ines)
        socket = await ines.connect()
        await socket.hear_events(2)
        await socket.acknowledge()
        await until(lambda: not relay.context.mailroom.waiting.get(box_of(relay, ines)))
        await socket.close()
        clock.advance(31)
        relay.context.wake_ups.ring()
        await settled(relay)
        assert len(service.posted) == 1


def box_of(relay: Relay, party: Party) -> int:
    row = relay.context.directory.peek_account(party.account)
    assert row is not None
    return row.devices[party.device.device].id


@pytest.mark.usefixtures("talking")
class TestManyMessages:
    async def test_are_one_wake_up_in_thirty_seconds(
        self, relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        await subscribe(ines, service, browser)
        await write(airline, ines)
        await until(lambda: outcomes(relay, "sent") == 1)
        for _ in range(3):
            await write(airline, ines)
        await settled(relay)
        assert len(service.posted) == 1
        clock.advance(31)
        relay.context.wake_ups.ring()
        await until(lambda: len(service.posted) == 2)
        assert service.posted[0].headers["topic"] == service.posted[1].headers["topic"]

    async def test_a_connection_that_ends_with_messages_on_their_way_is_looked_at_again(
        self, relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        await subscribe(ines, service, browser)
        socket = await ines.connect()
        await write(airline, ines)
        await socket.hear_events(1)
        await socket.close()
        await until(lambda: not relay.context.mailroom.is_connected(box_of(relay, ines)))
        clock.advance(6)
        relay.context.wake_ups.ring()
        await until(lambda: service.posted)
        assert service.companies(browser) == [airline.account]


def quiet_now(clock: MovableClock, hours: int = 2) -> dict[str, Any]:
    """Return quiet hours that began an hour ago."""
    hour = int(clock.now() // 3600) % 24
    return {"start": (hour - 1) % 24 * 60, "end": (hour + hours) % 24 * 60, "zone": "UTC"}


@both_databases
@pytest.mark.usefixtures("talking")
async def test_quiet_hours_collect_what_comes_and_wake_once_when_they_are_over_also_after_a_restart(
    relay: Relay, start_relay: StartRelay, service: PushService, browser: Browser, airline: Party, ines: Party,
    clock: MovableClock,
) -> None:  # fmt: skip
    await subscribe(ines, service, browser, quiet_hours=quiet_now(clock))
    await write(airline, ines)
    await write(airline, ines)
    await until(lambda: outcomes(relay, "quiet") >= 1)
    await settled(relay)
    assert service.posted == []
    await relay.stop()
    again = await start_relay(push_origins=[service.origin])
    clock.advance(3 * 3600)
    again.context.wake_ups.ring()
    await until(lambda: service.posted)
    await settled(again)
    assert service.companies(browser) == [airline.account]


@pytest.mark.usefixtures("talking")
class TestAPushServiceThat:
    @pytest.mark.parametrize("status", [404, 410])
    async def test_knows_nobody_there_ends_the_subscription(
        self, relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party, status: int
    ) -> None:
        service.answer = lambda _: (status, {})
        await subscribe(ines, service, browser)
        await write(airline, ines)
        await until(lambda: outcomes(relay, "gone") == 1)
        await settled(relay)
        assert (await call(ines, "GET")).body == {"subscription": None}

    async def test_says_slowly_is_obeyed_and_asked_again(
        self, relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        service.answer = lambda _: (429, {"Retry-After": "120"})
        await subscribe(ines, service, browser)
        await write(airline, ines)
        await until(lambda: outcomes(relay, "unreachable") == 1)
        await settled(relay)
        service.answer = lambda _: (201, {})
        clock.advance(60)
        await write(airline, ines)
        await settled(relay)
        assert len(service.posted) == 1
        clock.advance(70)
        relay.context.wake_ups.ring()
        await until(lambda: outcomes(relay, "sent") == 1)

    async def test_is_broken_is_tried_again_slower_and_then_left(
        self, relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        service.answer = lambda _: (503, {})
        await subscribe(ines, service, browser)
        await write(airline, ines)
        for number, wait in enumerate((10, 60, 300, 1800), start=1):
            await until(lambda: outcomes(relay, "unreachable") == number)  # noqa: B023  awaited at once
            await settled(relay)
            clock.advance(wait - 1)
            relay.context.wake_ups.ring()
            await settled(relay)
            assert len(service.posted) == number
            clock.advance(2)
            relay.context.wake_ups.ring()
        await until(lambda: outcomes(relay, "unreachable") == 5)
        await settled(relay)
        clock.advance(86_400)
        relay.context.wake_ups.ring()
        await settled(relay)
        assert len(service.posted) == 5

    async def test_leads_elsewhere_is_not_followed(
        self, relay: Relay, service: PushService, browser: Browser, airline: Party, ines: Party
    ) -> None:
        service.answer = lambda _: (307, {"Location": f"{service.origin}/elsewhere"})
        await subscribe(ines, service, browser)
        await write(airline, ines)
        await until(lambda: outcomes(relay, "refused") == 1)
        await settled(relay)
        assert [one.path for one in service.posted] == ["/ines"]

    async def test_never_answers_holds_up_no_message(
        self, relay: Relay, browser: Browser, airline: Party, ines: Party
    ) -> None:
        silent = await asyncio.start_server(lambda _r, _w: asyncio.sleep(60), "127.0.0.1", 0)
        port = silent.sockets[0].getsockname()[1]
        relay.settings.push_origins.append(f"http://127.0.0.1:{port}")
        body = {"endpoint": f"http://127.0.0.1:{port}/ines", **browser.keys}
        assert (await call(ines, "PUT", body)).status == 200
        loop = asyncio.get_running_loop()
        began = loop.time()
        for _ in range(5):
            await write(airline, ines)
        assert loop.time() - began < 5
        silent.close()


async def test_a_test_says_what_became_of_it_and_is_limited(
    service: PushService, browser: Browser, ines: Party
) -> None:
    assert (await call(ines, "POST", path="test")).status == 404
    await subscribe(ines, service, browser, quiet_hours={"start": 0, "end": 1439, "zone": "UTC"})
    assert (await call(ines, "POST", path="test")).body == {"outcome": "sent"}
    assert service.companies(browser) == [""]
    service.answer = lambda _: (410, {})
    assert (await call(ines, "POST", path="test")).body == {"outcome": "gone"}
    limited = await call(ines, "POST", path="test")
    assert (limited.status, limited.error["code"]) == (429, "rate_limited")
