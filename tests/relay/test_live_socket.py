"""The live socket's manners (spec/wire.md section 4): hello first, text frames, close codes that say what was wrong."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import aiohttp
import msgspec
import pytest

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay
from handschlag.relay.live import socket as live
from handschlag.wire.frames import (
    CLOSE_BAD_FRAME,
    CLOSE_BAD_TOKEN,
    CLOSE_REPLACED,
    CLOSE_RESTARTING,
)
from handschlag.wire.limits import ENVELOPES_PER_FRAME, FRAME_BYTES, TOKEN_SECONDS
from tests.relay.conftest import Join, StartRelay
from tests.support.relay_door import Door
from tests.support.relay_party import Party, join
from tests.support.waiting import until

MESSAGE_TOO_BIG, INVALID_TEXT = 1009, 1007


class TestHello:
    async def test_welcome_tells_the_time(self, ines: Party, door: Door, clock: MovableClock) -> None:
        clock.advance(86_000)
        welcome = await (await door.socket()).hello(await ines.token())
        assert abs(welcome["time"] - clock.now()) < 10

    @pytest.mark.parametrize("token", ["", "x", "ä" * 40, "A" * 500])
    async def test_a_token_that_opens_nothing_closes_the_socket(self, door: Door, token: str) -> None:
        socket = await door.socket()
        await socket.say({"type": "hello", "token": token})
        assert await socket.closed() == CLOSE_BAD_TOKEN

    async def test_an_expired_token_closes_the_socket(self, ines: Party, door: Door, clock: MovableClock) -> None:
        token = await ines.token()
        clock.advance(TOKEN_SECONDS)
        socket = await door.socket()
        await socket.say({"type": "hello", "token": token})
        assert await socket.closed() == CLOSE_BAD_TOKEN

    async def test_who_says_nothing_is_closed(self, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(live, "_HELLO_SECONDS", 0.1)
        assert await (await door.socket()).closed() == CLOSE_BAD_TOKEN

    async def test_no_frame_comes_before_hello(self, ines: Party, airline: Party, door: Door) -> None:
        for frame in ({"type": "ack", "up_to": 1}, {"type": "send", "envelopes": [ines.envelope(airline)]}):
            socket = await door.socket()
            await socket.say(frame)
            assert await socket.closed() == CLOSE_BAD_FRAME
        assert (await airline.connect()).events == []

    async def test_hello_is_said_once(self, ines: Party) -> None:
        socket = await ines.connect()
        await socket.say({"type": "hello", "token": await ines.token()})
        assert await socket.closed() == CLOSE_BAD_FRAME


class TestFrames:
    @pytest.mark.parametrize(
        "frame",
        [
            "", "{", "[]", "null", "5", '"hello"', "{}", '{"type":5}', '{"type":"ack"}', '{"type":"ack","up_to":"5"}',
            '{"type":"ack","up_to":1.5}', '{"type":"ack","up_to":null}', '{"type":"send","envelopes":{}}', '{"type":"send"}',
            '{"type":"send","envelopes":[{}]}', '{"type":"send","envelopes":[null]}', '{"type":"welcome"}', "\0", "\ufeff{}",
            '{"type":"' + "ä" * 300 + '"}', '{"type":"ack","up_to":1,"x":' + "[" * 90_000 + "]" * 90_000 + "}",
            '{"type":"ack","up_to":1,"x":"\\ud800"}', "[" * 1_000_000,
        ],
        ids=lambda frame: frame[:24],
    )  # fmt: skip
    async def test_a_frame_that_is_none_closes_the_socket(self, ines: Party, frame: str) -> None:
        socket = await ines.connect()
        await socket.say(frame)
        assert await socket.closed() == CLOSE_BAD_FRAME

    async def test_frames_are_text(self, ines: Party) -> None:
        socket = await ines.connect()
        await socket.web_socket.send_bytes(b'{"type":"ack","up_to":1}')
        assert await socket.closed() == CLOSE_BAD_FRAME

    async def test_text_is_utf8(self, ines: Party) -> None:
        socket = await ines.connect()
        await socket.web_socket.send_frame(b'{"type":"ack","up_to":1,"x":"\xff"}', aiohttp.WSMsgType.TEXT)
        assert await socket.closed() == INVALID_TEXT

    async def test_a_frame_beyond_four_mebibytes_closes_the_socket(self, ines: Party) -> None:
        socket = await ines.connect()
        with suppress(ConnectionError):
            await socket.say("x" * (FRAME_BYTES + 1024))
        # The relay does not read to the end, so its goodbye may be lost.
        assert await socket.closed() in {MESSAGE_TOO_BIG, aiohttp.WSCloseCode.ABNORMAL_CLOSURE}

    async def test_a_frame_holds_at_most_two_hundred_envelopes(self, ines: Party, airline: Party) -> None:
        socket = await ines.connect()
        envelopes = [ines.envelope(airline) for _ in range(ENVELOPES_PER_FRAME)]
        results = await socket.send(*envelopes)
        assert all(result.refusal is None for result in results)
        await socket.say({"type": "send", "envelopes": [*envelopes, ines.envelope(airline)]})
        assert await socket.closed() == CLOSE_BAD_FRAME

    async def test_an_empty_frame_of_envelopes_is_answered(self, ines: Party) -> None:
        socket = await ines.connect()
        await socket.say({"type": "send", "envelopes": []})
        assert (await socket.hear("results"))["results"] == []

    async def test_unknown_fields_are_ignored_but_not_in_a_header(self, ines: Party, airline: Party) -> None:
        socket = await ines.connect()
        envelope = ines.envelope(airline)
        await socket.say({"type": "send", "envelopes": [envelope | {"more": [1]}], "extra": {"x": None}})
        assert "refusal" not in (await socket.hear("results"))["results"][0]
        wrong = envelope | {"header": envelope["header"] | {"more": 1}}
        await socket.say({"type": "send", "envelopes": [wrong]})
        assert await socket.closed() == CLOSE_BAD_FRAME

    async def test_what_was_accepted_before_a_broken_frame_is_kept(self, ines: Party, airline: Party) -> None:
        socket = await ines.connect()
        await socket.say({"type": "send", "envelopes": [ines.envelope(airline)]})
        await socket.say("{")
        assert await socket.closed() == CLOSE_BAD_FRAME
        assert len(await (await airline.connect()).hear_events(1)) == 1


class TestBadEnvelopes:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("id", "x"), ("id", "019B2C3D-4E5F-7A6B-8C7D-9E0F1A2B3C4D"), ("id", "019b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"), ("id", "\0"),
            ("from", "nobody"), ("from", "@" + "z" * 26 + ":localhost"), ("from_device", "abc"), ("from_device", "ABCDEFGHIJ"),
            ("to", ""), ("to", "\0"), ("to", "x" * 9000), ("sent_at", -1), ("sent_at", 10**400), ("size", 0), ("size", 257), ("size", 10**30),
            ("ttl", 0), ("ttl", -1), ("ttl", 31 * 86_400), ("attempt", -1), ("attempt", 10), ("attempt", 10**30),
            ("category", "utility"), ("commitment", "x"),
        ],
    )  # fmt: skip
    async def test_a_header_that_breaks_a_limit_is_refused_and_the_others_pass(
        self, ines: Party, airline: Party, field: str, value: Any
    ) -> None:
        socket = await ines.connect()
        wrong, right = ines.envelope(airline), ines.envelope(airline)
        wrong["header"][field] = value
        before, result, after = await socket.send(right, wrong, ines.envelope(airline))
        assert result.refusal is not None
        assert result.refusal.code == "bad_envelope"
        assert len(result.refusal.message) < 250
        assert before.refusal is None
        assert after.refusal is None

    @pytest.mark.parametrize("field", ["category", "commitment"])
    async def test_a_template_names_category_and_commitment(self, ines: Party, airline: Party, field: str) -> None:
        await ines.agree(airline, "utility")
        socket = await airline.connect()
        envelope = airline.envelope(ines, kind="template")
        del envelope["header"][field]
        (result,) = await socket.send(envelope)
        assert result.refusal is not None
        assert result.refusal.code == "bad_envelope"

    @pytest.mark.parametrize(
        "body",
        [
            "{}",
            '"' + "A" * 400 + '"',
            '{"x":"' + "A" * 20_000 + '"}',
            "[" * 400 + "]" * 400,
            '{"x":' + "[" * 300 + "]" * 300 + "}",
        ],
        ids=["too short", "a text", "too long", "a list", "deep"],
    )
    async def test_a_body_that_cannot_be_one_is_refused(self, ines: Party, airline: Party, body: str) -> None:
        """A body nobody can parse would keep its recipient from everything behind it."""
        socket, receiver = await ines.connect(), await airline.connect()
        envelope = ines.envelope(airline)
        envelope["bodies"][airline.account][airline.device.device] = msgspec.Raw(body.encode())
        (result,) = await socket.send(envelope)
        assert result.refusal is not None
        assert result.refusal.code == "bad_envelope"
        await socket.send(ines.envelope(airline))
        await receiver.hear_events(1)


class TestConnections:
    async def test_a_second_socket_of_a_device_closes_the_first(self, ines: Party, airline: Party) -> None:
        first = await airline.connect()
        await (await ines.connect()).send(ines.envelope(airline))
        await first.hear_events(1)
        second = await airline.connect()
        assert await first.closed() == CLOSE_REPLACED
        await second.hear_events(1)
        await second.acknowledge()
        await (await ines.connect()).hear_events(1)

    async def test_devices_of_one_account_are_connected_together(
        self, ines: Party, airline: Party, join_relay: Join
    ) -> None:
        phone = await join_relay(identity=ines.identity)
        both = [await ines.connect(), await phone.connect()]
        await ines.agree(airline, "utility")
        await (await airline.connect()).send(airline.envelope(ines, phone, kind="template"))
        for socket in both:
            await socket.hear_events(1)

    async def test_many_who_come_and_go_leave_nothing_behind(self, relay: Relay, airline: Party) -> None:
        sockets = await asyncio.gather(*(airline.connect() for _ in range(20)), return_exceptions=True)
        for socket in sockets:
            if not isinstance(socket, BaseException):
                await socket.close()
        await until(lambda: not relay.context.mailroom._connected)
        text = relay.context.metrics.text().decode()
        assert "handschlag_relay_sockets 0.0" in text

    async def test_a_relay_that_stops_says_so(self, relay: Relay, ines: Party) -> None:
        socket = await ines.connect()
        stopping = asyncio.create_task(relay.stop())
        assert await socket.closed() == CLOSE_RESTARTING
        await stopping

    async def test_a_call_without_upgrade_is_refused(self, door: Door) -> None:
        answer = await door.call("GET", "/v1/live")
        assert (answer.status, answer.error["code"]) == (400, "bad_request")


class TestOrigins:
    async def test_browsers_come_from_the_origins_the_operator_names(
        self, start_relay: StartRelay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        relay = await start_relay(allowed_origins=["https://messenger.example"])
        ines = await join(relay, session, clock)
        socket = await ines.door.socket(Origin="https://messenger.example")
        assert (await socket.hello(await ines.token()))["type"] == "welcome"
        for origin in ("https://evil.example", "null", "https://messenger.example.evil.example"):
            answer = await ines.door.call("GET", "/v1/live", headers={"Origin": origin})
            assert (answer.status, answer.error["field"]) == (403, "Origin")
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await ines.door.socket(Origin=origin)

    async def test_only_allowed_origins_may_read_answers(
        self, start_relay: StartRelay, session: aiohttp.ClientSession
    ) -> None:
        relay = await start_relay(allowed_origins=["https://messenger.example"])
        door = Door(session, relay.url)
        for path, status in (("/v1/relay", 200), ("/v1/consent", 401)):
            allowed = await door.call("GET", path, headers={"Origin": "https://messenger.example"})
            assert allowed.status == status
            assert allowed.headers["Access-Control-Allow-Origin"] == "https://messenger.example"
            evil = await door.call("GET", path, headers={"Origin": "https://evil.example"})
            assert "Access-Control-Allow-Origin" not in evil.headers
        asked = {"Access-Control-Request-Method": "PUT", "Origin": "https://messenger.example"}
        preflight = await door.call("OPTIONS", "/v1/blocks/x", headers=asked)
        assert (preflight.status, preflight.headers["Access-Control-Allow-Headers"]) == (
            204,
            "Authorization, Content-Type, Range, Upload-Offset",
        )
        preflight = await door.call("OPTIONS", "/v1/blocks/x", headers=asked | {"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Methods" not in preflight.headers
