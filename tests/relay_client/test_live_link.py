"""The live link against a relay that is written by hand: what it says, what it keeps, when it comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from handschlag.relay_client import back_off, live_link
from handschlag.relay_client.errors import LinkFull
from handschlag.relay_client.live_link import LinkCallbacks, LiveLink
from handschlag.wire.frames import CLOSE_BAD_TOKEN, CLOSE_REPLACED, CLOSE_RESTARTING, Event, Result
from tests.relay_client.test_outgoing_queue import envelope
from tests.support.waiting import until

WELCOME = {"type": "welcome", "time": 1.0, "waiting": 0, "one_time_keys": 50, "unused_fallback_keys": []}


@dataclass
class Desk:
    """A relay of which every word is the test's."""

    url: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    welcomes: bool = True

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.heard.append(msgspec.json.decode((await socket.receive()).data))
        self.sockets.append(socket)
        if self.welcomes:
            await self.say(WELCOME)
        async for message in socket:
            self.heard.append(msgspec.json.decode(message.data))
        return socket

    async def say(self, frame: dict[str, Any]) -> None:
        await self.sockets[-1].send_str(msgspec.json.encode(frame).decode())

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.heard if frame["type"] == kind]


class Login:
    """Stands where RelayHttp logs in; counts what it was asked."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self.base_url, self.session, self.forgotten = base_url, session, 0

    async def token(self) -> str:
        return f"token {self.forgotten}"

    def forget_token(self) -> None:
        self.forgotten += 1


@dataclass
class Owner:
    """What the link told."""

    events: list[Event] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    downs: list[int | None] = field(default_factory=list)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    application = web.Application()
    application.router.add_get("/v1/live", made.serve)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def connect(desk: Desk) -> AsyncIterator[Callable[..., Awaitable[tuple[LiveLink, Owner, Login]]]]:
    links: list[LiveLink] = []
    async with aiohttp.ClientSession() as session:

        async def make(last: int = 0, limit: int = 10) -> tuple[LiveLink, Owner, Login]:
            owner, login = Owner(), Login(desk.url, session)
            callbacks = LinkCallbacks(
                on_welcome=lambda _: None, on_events=owner.events.extend, on_results=owner.results.extend,
                on_keys=lambda _: None, on_down=owner.downs.append,
            )  # fmt: skip
            link = LiveLink(login, callbacks, last=last, queue_limit=limit, chance=lambda: 0.0)  # type: ignore[arg-type]
            link.start()
            links.append(link)
            if desk.welcomes:
                await asyncio.wait_for(link.wait_until_connected(), 10)
            return link, owner, login

        yield make
        for link in links:
            await link.close()


def note(number: int) -> dict[str, Any]:
    return {"number": number, "note": {"what": "grant", "account": "@a:r", "at": 1.0}}


class TestEvents:
    async def test_hello_names_the_last_event_stored_also_after_a_lost_connection(
        self, desk: Desk, connect: Any
    ) -> None:
        link, owner, _ = await connect(last=7)
        assert desk.of_type("hello")[0] == {"type": "hello", "token": "token 0", "last": 7}
        await desk.say({"type": "deliver", "events": [note(8), note(9)]})
        await until(lambda: len(owner.events) == 2)
        link.acknowledge(8)
        await until(lambda: desk.of_type("ack"))
        assert desk.of_type("ack") == [{"type": "ack", "up_to": 8}]
        await desk.sockets[-1].close(code=CLOSE_RESTARTING)
        await until(lambda: len(desk.of_type("hello")) == 2)
        assert desk.of_type("hello")[1]["last"] == 8
        assert owner.downs == [CLOSE_RESTARTING]

    async def test_nothing_is_acknowledged_that_the_owner_did_not_store(self, desk: Desk, connect: Any) -> None:
        link, owner, _ = await connect()
        await desk.say({"type": "deliver", "events": [note(1)]})
        await until(lambda: owner.events)
        link.send_envelopes([envelope(1)])
        await until(lambda: desk.of_type("send"))
        assert desk.of_type("ack") == []

    async def test_a_relay_whose_numbers_went_back_is_followed(self, desk: Desk, connect: Any) -> None:
        """It was restored from an older copy: what it delivers now must be acknowledged by its own numbers."""
        link, owner, _ = await connect(last=1000)
        await desk.say({"type": "deliver", "events": [note(5), note(6)]})
        await until(lambda: len(owner.events) == 2)
        link.acknowledge(6)
        await until(lambda: desk.of_type("ack"))
        assert desk.of_type("ack") == [{"type": "ack", "up_to": 6}]


class TestEnvelopes:
    async def test_what_has_no_result_is_sent_again_in_order_and_what_has_one_is_not(
        self, desk: Desk, connect: Any
    ) -> None:
        link, owner, _ = await connect()
        link.send_envelopes([envelope(1), envelope(2), envelope(3)])
        await until(lambda: desk.of_type("send"))
        await desk.say({"type": "results", "results": [{"id": envelope(2).header.id}]})
        await until(lambda: owner.results)
        await desk.sockets[-1].close(code=CLOSE_RESTARTING)
        await until(lambda: len(desk.of_type("send")) == 2)
        again = [one["header"]["id"] for one in desk.of_type("send")[1]["envelopes"]]
        assert again == [envelope(1).header.id, envelope(3).header.id]

    async def test_a_full_queue_says_so_and_has_room_after_results(self, desk: Desk, connect: Any) -> None:
        link, _, _ = await connect(limit=2)
        link.send_envelopes([envelope(1), envelope(2)])
        with pytest.raises(LinkFull):
            link.send_envelopes([envelope(3)])
        waiting = asyncio.create_task(link.wait_for_room())
        await until(lambda: desk.of_type("send"))
        await desk.say({"type": "results", "results": [{"id": envelope(1).header.id}]})
        await asyncio.wait_for(waiting, 10)
        assert link.room == 1


class TestComingBack:
    async def test_a_token_the_relay_refuses_is_forgotten(self, desk: Desk, connect: Any) -> None:
        _, owner, login = await connect()
        await desk.sockets[-1].close(code=CLOSE_BAD_TOKEN)
        await until(lambda: len(desk.of_type("hello")) == 2)
        assert desk.of_type("hello")[1]["token"] == "token 1"
        assert (owner.downs, login.forgotten) == ([CLOSE_BAD_TOKEN], 1)

    async def test_who_was_replaced_waits_before_it_comes_back(
        self, desk: Desk, connect: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waits: list[float] = []

        def recorded(attempt: int, chance: float, *, calm: bool = False) -> float:
            waits.append(back_off.wait_before(attempt, chance, calm=calm))
            return 0.0

        monkeypatch.setattr(live_link, "wait_before", recorded)
        await connect()
        await desk.sockets[-1].close(code=CLOSE_REPLACED)
        await until(lambda: len(desk.of_type("hello")) == 2)
        assert waits == [back_off.CALM_SECONDS]

    @pytest.mark.parametrize("frame", ["{", '{"type":"other"}', '{"type":"results","results":5}', '{"type":"welcome"}'])
    async def test_a_frame_that_is_none_ends_the_connection_and_the_link_comes_back(
        self, desk: Desk, connect: Any, frame: str
    ) -> None:
        await connect()
        await desk.sockets[-1].send_str(frame)
        await until(lambda: len(desk.of_type("hello")) == 2)

    async def test_nothing_is_believed_before_welcome(self, desk: Desk, connect: Any) -> None:
        desk.welcomes = False
        link, owner, _ = await connect()
        await until(lambda: desk.sockets)
        await desk.say({"type": "deliver", "events": [note(1)]})
        await until(lambda: len(desk.of_type("hello")) == 2)
        assert (owner.events, link.connected) == ([], False)

    async def test_an_owner_that_fails_is_given_its_events_again(self, desk: Desk, connect: Any) -> None:
        link, owner, _ = await connect()
        object.__setattr__(link._callbacks, "on_events", _failing_once(owner))
        await desk.say({"type": "deliver", "events": [note(1)]})
        await until(lambda: len(desk.of_type("hello")) == 2)
        assert desk.of_type("hello")[1]["last"] == 0
        await desk.say({"type": "deliver", "events": [note(1)]})
        await until(lambda: owner.events)


def _failing_once(owner: Owner) -> Callable[[list[Event]], None]:
    failed = False

    def take(events: list[Event]) -> None:
        nonlocal failed
        if not failed:
            failed = True
            raise RuntimeError("the owner's mistake")
        owner.events.extend(events)

    return take
