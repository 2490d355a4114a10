"""What is too much (spec/wire.md section 5): strangers per address, accounts per account, envelopes per sender."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from handschlag.clock import MovableClock
from handschlag.relay.http.requests import network_of
from handschlag.relay.rules.token_bucket import RateLimit
from tests.relay.conftest import StartRelay
from tests.support.relay_door import Answer, Door
from tests.support.relay_party import Party, join, new_device, wanted

CHALLENGE = {"account": "@" + "z" * 26 + ":localhost", "device": "ABCDEFGHIJ"}


def is_too_much(answer: Answer) -> bool:
    if answer.status != 429:
        return False
    error = answer.error
    assert error["code"] == "rate_limited"
    assert error["retry_after"] > 0
    assert int(answer.headers["Retry-After"]) >= 1
    return True


class TestStrangers:
    @pytest.mark.parametrize(
        ("setting", "per", "method", "path", "body"),
        [
            ("accounts_per_hour", 3600, "POST", "/v1/accounts", {}),
            ("logins_per_minute", 60, "POST", "/v1/auth/challenge", CHALLENGE),
            ("logins_per_minute", 60, "POST", "/v1/auth/token", {}),
            ("cards_per_minute", 60, "GET", "/v1/companies/nobody", None),
        ],
    )
    async def test_a_stranger_calls_so_often_and_then_later(
        self, start_relay: StartRelay, session: aiohttp.ClientSession, clock: MovableClock,
        setting: str, per: int, method: str, path: str, body: Any,
    ) -> None:  # fmt: skip
        relay = await start_relay(**{setting: 3})
        door = Door(session, relay.url)
        answers = [await door.call(method, path, body) for _ in range(4)]
        assert [is_too_much(answer) for answer in answers] == [False] * 3 + [True]
        clock.advance(per / 3)
        assert not is_too_much(await door.call(method, path, body))
        assert is_too_much(await door.call(method, path, body))

    async def test_the_proxys_word_for_an_address_counts_only_where_it_is_trusted(
        self, start_relay: StartRelay, session: aiohttp.ClientSession
    ) -> None:
        trusting = Door(session, (await start_relay(cards_per_minute=1, trust_forwarded=True)).url)
        for address in ("192.0.2.1", "192.0.2.2", "spoofed, 192.0.2.3", "2001:db8:1::1", "2001:db8:2::1"):
            answer = await trusting.call("GET", "/v1/companies/x", headers={"X-Forwarded-For": address})
            assert answer.status == 404
        for address in ("spoofed, 192.0.2.1", "2001:db8:1:0:ffff::7"):
            assert is_too_much(await trusting.call("GET", "/v1/companies/x", headers={"X-Forwarded-For": address}))

    async def test_without_trust_every_caller_is_who_connects(
        self, start_relay: StartRelay, session: aiohttp.ClientSession
    ) -> None:
        door = Door(session, (await start_relay(cards_per_minute=1)).url)
        assert (await door.call("GET", "/v1/companies/x", headers={"X-Forwarded-For": "192.0.2.1"})).status == 404
        assert is_too_much(await door.call("GET", "/v1/companies/x", headers={"X-Forwarded-For": "192.0.2.2"}))

    def test_a_network_of_ipv6_is_one_caller(self) -> None:
        assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2") != network_of("2001:db8:0:1::1")
        assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
        assert network_of("fe80::1%eth0") == "fe80::"
        assert network_of("unix:") == "unix:"


class TestAccounts:
    async def test_an_account_calls_so_often_and_then_later_whichever_device_it_uses(
        self, start_relay: StartRelay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        relay = await start_relay(calls_per_minute=60)
        ines = await join(relay, session, clock)
        phone = await join(relay, session, clock, identity=ines.identity)
        other = await join(relay, session, clock)
        tokens = [await ines.token(), await phone.token()]
        answers = [await ines.door.call("GET", "/v1/consent", token=tokens[n % 2]) for n in range(70)]
        assert answers[0].status == 200
        assert is_too_much(answers[-1])
        assert (await ines.door.call("GET", "/v1/consent", token=await other.token())).status == 200

    async def test_one_time_keys_are_counted_one_by_one(
        self, start_relay: StartRelay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        relay = await start_relay(claims_per_minute=5)
        airline = await join(relay, session, clock, handle="moewe-air")
        ines = await join(relay, session, clock)
        await airline.upload_keys()
        body = {"one_time_keys": wanted(airline)}
        token = await ines.token()
        answers = [await ines.door.call("POST", "/v1/keys/claim", body, token=token) for _ in range(6)]
        assert [is_too_much(answer) for answer in answers] == [False] * 5 + [True]
        clock.advance(60)
        more = {"one_time_keys": {airline.account: {f"ABCDEFGHI{letter}": "x" for letter in "ABCDEFG"}}}
        assert (await ines.door.call("POST", "/v1/keys/claim", more, token=token)).status == 200
        assert is_too_much(await ines.door.call("POST", "/v1/keys/claim", body, token=token))


class TestEnvelopes:
    async def refusals(self, sender: Party, to: Party, count: int) -> list[str]:
        socket = await sender.connect()
        results = await socket.send(*(sender.envelope(to) for _ in range(count)))
        await socket.close()
        waits = [result.refusal.retry_after for result in results if result.refusal]
        assert all(wait > 0 for wait in waits)
        return [result.refusal.code if result.refusal else "accepted" for result in results]

    async def test_a_customer_sends_so_many_and_the_rest_is_told_when(
        self, start_relay: StartRelay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        relay = await start_relay(customer_envelopes_per_minute=5)
        airline = await join(relay, session, clock, handle="moewe-air")
        ines, other = await join(relay, session, clock), await join(relay, session, clock)
        assert await self.refusals(ines, airline, 7) == ["accepted"] * 5 + ["rate_limited"] * 2
        assert await self.refusals(other, airline, 1) == ["accepted"]
        clock.advance(60)
        assert await self.refusals(ines, airline, 6) == ["accepted"] * 5 + ["rate_limited"]

    async def test_a_company_sends_so_many_a_second(
        self, start_relay: StartRelay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        relay = await start_relay(company_envelopes_per_second=2)
        airline = await join(relay, session, clock, handle="moewe-air")
        ines = await join(relay, session, clock)
        await (await ines.connect()).send(ines.envelope(airline))
        assert (await self.refusals(airline, ines, 9))[:4] == ["accepted"] * 4

    async def test_a_mailbox_nobody_fetches_is_full_at_some_point(
        self,
        start_relay: StartRelay,
        session: aiohttp.ClientSession,
        clock: MovableClock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("handschlag.relay.actions.envelopes.accept_envelopes.MAILBOX_EVENTS", 3)
        relay = await start_relay()
        airline = await join(relay, session, clock, handle="moewe-air")
        ines = await join(relay, session, clock)
        sender = await ines.connect()
        results = await sender.send(*(ines.envelope(airline) for _ in range(4)))
        assert [result.refusal.code if result.refusal else "" for result in results] == ["", "", "", "mailbox_full"]
        receiver = await airline.connect()
        await receiver.hear_events(3)
        await receiver.acknowledge()
        await sender.hear_events(3)
        (result,) = await sender.send(ines.envelope(airline))
        assert result.refusal is None

    async def test_invented_recipients_and_ids_leave_no_memory_behind(
        self, start_relay: StartRelay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        relay = await start_relay()
        airline = await join(relay, session, clock, handle="moewe-air")
        socket = await airline.connect()
        for to in ("x" * 9000, "\0", "", "@x:localhost"):
            envelope = airline.envelope(airline)
            envelope["header"]["to"] = to
            await socket.send(envelope)
        directory = relay.context.directory
        assert all(account.startswith("@") for account in directory._unknown._entries)
        assert not [key for key in directory._standings._entries if key[1] in {"x" * 9000, "\0", ""}]


class TestBuckets:
    def test_a_bucket_fills_with_time_and_empties_with_use(self) -> None:
        limit = RateLimit(rate=2, burst=4)
        assert [limit.wait_for("a", 100.0) for _ in range(5)] == [0, 0, 0, 0, 0.5]
        assert limit.wait_for("b", 100.0) == 0
        assert limit.wait_for("a", 100.5) == 0
        assert limit.wait_for("a", 100.5) == 0.5
        assert [limit.wait_for("a", 1000.0) for _ in range(5)] == [0, 0, 0, 0, 0.5]

    def test_who_is_refused_pays_nothing(self) -> None:
        limit = RateLimit(rate=1, burst=2)
        limit.wait_for("a", 0.0, 2)
        for _ in range(10):
            assert limit.wait_for("a", 0.5) == 0.5
        assert limit.wait_for("a", 1.0) == 0

    def test_more_than_a_bucket_holds_costs_a_full_one(self) -> None:
        limit = RateLimit(rate=1, burst=5)
        assert limit.wait_for("a", 0.0, 500) == 0
        assert limit.wait_for("a", 0.0, 500) == 5

    def test_a_clock_that_went_back_gives_nothing(self) -> None:
        limit = RateLimit(rate=1, burst=1)
        limit.wait_for("a", 100.0)
        assert limit.wait_for("a", 50.0) == 1

    def test_a_rate_of_nothing_is_no_limit(self) -> None:
        limit = RateLimit(rate=0, burst=0)
        assert [limit.wait_for("a", 0.0, 1000) for _ in range(3)] == [0, 0, 0]
        assert not limit._buckets

    def test_a_hundred_thousand_callers_are_remembered_and_no_more(self) -> None:
        limit = RateLimit(rate=1, burst=1)
        for number in range(100_010):
            limit.wait_for(str(number), 0.0)
        assert len(limit._buckets) == 100_000


async def test_the_first_device_of_an_account_counts_as_a_stranger(
    start_relay: StartRelay, session: aiohttp.ClientSession, clock: MovableClock
) -> None:
    relay = await start_relay(accounts_per_hour=1)
    await join(relay, session, clock)
    device, _ = new_device(relay, clock)
    body = {"account": device.account, "device_keys": device.device_keys()}
    assert is_too_much(await Door(session, relay.url).call("POST", "/v1/accounts", body))
