"""What an operator looks at: health, figures, and logs in which nobody can be found."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection

from handschlag.clock import MovableClock
from handschlag.relay.actions.envelopes import expire_events as expiry
from handschlag.relay.app import Relay
from handschlag.relay.http import operations
from handschlag.relay.storage import mailboxes
from handschlag.telemetry import logs
from tests.relay.conftest import StartRelay, both_databases
from tests.support.relay_door import Door
from tests.support.relay_party import Party, join

CANARY = "Kanarienvogel"
NUMBER = "+4915112345678"


async def figures(door: Door) -> dict[str, float]:
    answer = await door.call("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


class TestHealth:
    @both_databases
    async def test_health_says_that_the_database_answers(self, door: Door) -> None:
        answer = await door.call("GET", "/health")
        assert (answer.status, answer.body) == (200, {"status": "ok"})

    async def test_a_database_that_does_not_answer_is_not_health(
        self, door: Door, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(connection: Connection) -> None:
            raise OSError(CANARY)

        monkeypatch.setattr(operations, "probe", broken)
        answer = await door.call("GET", "/health")
        assert (answer.status, answer.error["code"]) == (500, "unavailable")
        assert CANARY not in str(answer.body)

    async def test_the_relay_says_who_it_is(self, relay: Relay, door: Door, clock: MovableClock) -> None:
        answer = await door.call("GET", "/v1/relay")
        assert answer.body["name"] == "localhost"
        assert answer.body["signing_key"] == relay.context.secrets.signing_key.public
        assert abs(answer.body["time"] - clock.now()) < 10
        assert re.fullmatch(r"\d+\.\d+\.\d+.*", answer.body["version"])


class TestFigures:
    async def test_what_an_operator_needs_is_counted(
        self, relay: Relay, door: Door, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        sender = await ines.connect()
        await sender.send(ines.envelope(airline), ines.envelope(airline, ttl=1), ines.envelope(airline, size=7))
        found = await figures(door)
        assert found['handschlag_relay_envelopes_accepted_total{kind="service"}'] == 2
        assert found['handschlag_relay_envelopes_refused_total{code="bad_envelope"}'] == 1
        assert found["handschlag_relay_sockets"] == 1
        assert found["handschlag_relay_events_waiting"] == 2
        assert found["handschlag_relay_commit_seconds"] > 0
        clock.advance(2)
        await relay.expire_now()
        receiver = await airline.connect()
        await receiver.hear_events(1)
        await receiver.acknowledge()
        await sender.hear_events(2)
        await door.call("GET", "/nowhere")
        found = await figures(door)
        assert found["handschlag_relay_events_expired_total"] == 1
        assert found["handschlag_relay_events_acknowledged_total"] == 1
        assert found["handschlag_relay_events_waiting"] == 2
        assert found['handschlag_relay_requests_total{status="404"}'] == 1
        assert found['handschlag_relay_requests_total{status="200"}'] > 5

    async def test_figures_name_nobody(self, door: Door, airline: Party, ines: Party) -> None:
        await (await ines.connect()).send(ines.envelope(airline))
        text = (await door.call("GET", "/metrics")).body.decode()
        assert "@" not in text
        assert ines.device.device not in text


class TestLogs:
    @pytest.fixture
    def written(self) -> Iterator[io.StringIO]:
        stream = io.StringIO()
        logs.configure(stream=stream, level="DEBUG")
        yield stream
        logs.configure()

    async def test_names_numbers_and_tokens_of_requests_reach_no_log(
        self,
        written: io.StringIO,
        start_relay: StartRelay,
        session: object,
        clock: MovableClock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        relay = await start_relay()
        ines = await join(relay, session, clock)  # type: ignore[arg-type]
        airline = await join(relay, session, clock, handle="moewe-air")  # type: ignore[arg-type]
        door, token = ines.door, await ines.token()
        await relay.attest_number(ines.account, NUMBER, "A" * 43)
        monkeypatch.setattr("handschlag.relay.http.consent.show_consents", _broken)
        for path in (
            f"/v1/companies/{CANARY}",
            f"/v1/companies/{NUMBER}/templates",
            f"/{CANARY}?number={NUMBER}",
            "/v1/consent",
        ):
            await door.call("GET", path, token=token, headers={"X-Name": CANARY})
        await door.call("POST", "/v1/accounts", {"account": CANARY, "device_keys": {"name": NUMBER}}, token=token)
        await door.call("POST", "/v1/auth/token", raw=CANARY.encode())
        socket = await ines.connect()
        await socket.send(ines.envelope(airline, commitment=CANARY))
        await socket.say({"type": CANARY, "number": NUMBER})
        await socket.closed()
        await relay.stop()
        text = written.getvalue()
        assert "relay_started" in text
        assert "request_failed" in text
        assert '"route": "/v1/consent"' in text
        for secret in (CANARY, NUMBER, NUMBER[1:], token, ines.account.split(":")[0], "A" * 43, "moewe-air"):
            assert secret not in text
        for line in text.splitlines():
            assert set(json.loads(line)) <= logs.ALLOWED_FIELDS

    async def test_the_folder_holds_no_number_and_no_token(
        self, relay: Relay, ines: Party, airline: Party, tmp_path: Path
    ) -> None:
        token = await ines.token()
        await relay.attest_number(ines.account, NUMBER, "A" * 43)
        await ines.agree(airline, "utility")
        await relay.stop()
        for file in (path for path in (tmp_path / "relay").rglob("*") if path.is_file()):
            stored = file.read_bytes()
            assert NUMBER[1:].encode() not in stored
            assert token.encode() not in stored


async def _broken(*_: object) -> None:
    raise RuntimeError(f"{CANARY} {NUMBER}")


class TestExpiryWorker:
    async def test_a_database_that_was_away_for_a_moment_does_not_end_expiry(
        self, start_relay: StartRelay, session: object, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, calls = mailboxes.read_expired, 0

        def away_once(connection: Connection, **how: int) -> list[object]:
            nonlocal calls
            calls += 1
            if calls == 1:
                raise OSError("away")
            return real(connection, **how)  # type: ignore[return-value]

        monkeypatch.setattr(expiry, "read_expired", away_once)
        relay = await start_relay(expiry_seconds=0.05)
        airline = await join(relay, session, clock, handle="moewe-air")  # type: ignore[arg-type]
        ines = await join(relay, session, clock)  # type: ignore[arg-type]
        sender = await ines.connect()
        await sender.send(ines.envelope(airline, ttl=1))
        clock.advance(2)
        (event,) = await sender.hear_events(1)
        assert event.note is not None
        assert event.note.what == "expired"


async def test_an_attested_number_is_signed_over_its_salted_hash(relay: Relay, ines: Party) -> None:
    record = await relay.attest_number(ines.account, NUMBER, "A" * 43)
    again = await relay.attest_number(ines.account, NUMBER, "B" * 42 + "A")
    assert msgspec.json.decode(record.record)["number_hash"] != msgspec.json.decode(again.record)["number_hash"]
