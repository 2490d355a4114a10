"""Login and tokens (spec/wire.md section 2): a challenge signed once by the device's own key."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay
from handschlag.relay.rules.tokens import issue_token
from handschlag.wire.frames import CLOSE_BAD_TOKEN
from handschlag.wire.http import Login
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.limits import CHALLENGE_SECONDS, TOKEN_SECONDS
from handschlag.wire.signed import sign_record
from tests.relay.conftest import Join, StartRelay, both_databases
from tests.support.relay_door import Answer, Door
from tests.support.relay_party import Party, new_device


async def challenge(door: Door, party: Party) -> str:
    body = {"account": party.account, "device": party.device.device}
    answer = await door.call("POST", "/v1/auth/challenge", body)
    assert answer.status == 200
    text: str = answer.body["challenge"]
    return text


def signed_login(party: Party, text: str, **changes: Any) -> dict[str, Any]:
    login = Login(relay="localhost", account=party.account, device=party.device.device, challenge=text)
    record = sign_record(msgspec.structs.replace(login, **changes), party.device.signer)
    return {"login": msgspec.to_builtins(record)}


async def log_in(door: Door, party: Party, text: str, **changes: Any) -> Answer:
    return await door.call("POST", "/v1/auth/token", signed_login(party, text, **changes))


async def consent(door: Door, token: str) -> int:
    return (await door.call("GET", "/v1/consent", token=token)).status


class TestChallenges:
    @both_databases
    async def test_a_challenge_serves_once(self, door: Door, ines: Party) -> None:
        text = await challenge(door, ines)
        assert (await log_in(door, ines, text)).status == 200
        assert (await log_in(door, ines, text)).error["code"] == "unauthorized"

    async def test_of_many_who_use_a_challenge_at_once_one_gets_in(self, door: Door, ines: Party) -> None:
        text = await challenge(door, ines)
        answers = await asyncio.gather(*(log_in(door, ines, text) for _ in range(8)))
        assert sorted(answer.status for answer in answers) == [200] + [401] * 7

    async def test_another_spelling_of_a_challenge_does_not_serve_again(self, door: Door, ines: Party) -> None:
        text = await challenge(door, ines)
        assert (await log_in(door, ines, text)).status == 200
        for spelling in (text + "=", text + "\n", text[:20] + "!" + text[20:]):
            assert (await log_in(door, ines, spelling)).status == 401

    async def test_a_challenge_ends_after_a_minute(self, door: Door, ines: Party, clock: MovableClock) -> None:
        text = await challenge(door, ines)
        clock.advance(CHALLENGE_SECONDS)
        assert (await log_in(door, ines, text)).status == 401

    async def test_a_challenge_is_for_one_device(self, door: Door, ines: Party, join_relay: Join) -> None:
        phone = await join_relay(identity=ines.identity)
        text = await challenge(door, ines)
        assert (await log_in(door, phone, text)).status == 401
        assert (await log_in(door, ines, text, device=phone.device.device)).status == 401

    async def test_a_token_is_no_challenge_and_a_challenge_no_token(self, door: Door, ines: Party) -> None:
        assert (await log_in(door, ines, await ines.token())).status == 401
        assert await consent(door, await challenge(door, ines)) == 401

    async def test_a_used_challenge_stays_used_after_a_restart(
        self, relay: Relay, start_relay: StartRelay, door: Door, ines: Party
    ) -> None:
        text = await challenge(door, ines)
        assert (await log_in(door, ines, text)).status == 200
        await relay.stop()
        await start_relay(port=relay.port)
        assert (await log_in(door, ines, text)).status == 401


class TestStrangers:
    async def test_an_unknown_account_looks_like_a_wrong_key(
        self, door: Door, relay: Relay, ines: Party, clock: MovableClock
    ) -> None:
        device, identity = new_device(relay, clock)
        nobody = Party(device, identity, ines.http, clock, door)
        unknown = await log_in(door, nobody, await challenge(door, nobody))
        text = await challenge(door, ines)
        login = Login(relay="localhost", account=ines.account, device=ines.device.device, challenge=text)
        forged = {"login": msgspec.to_builtins(sign_record(login, device.signer))}
        wrong_key = await door.call("POST", "/v1/auth/token", forged)
        assert (unknown.status, unknown.body) == (wrong_key.status, wrong_key.body)
        assert unknown.error["code"] == "unauthorized"

    async def test_a_login_for_another_relay_does_not_open(self, door: Door, ines: Party) -> None:
        assert (await log_in(door, ines, await challenge(door, ines), relay="elsewhere.example")).status == 401

    async def test_another_record_of_the_device_is_no_login(self, door: Door, ines: Party, airline: Party) -> None:
        grant = ines.sign(ines.grant(airline, ["utility"]))
        answer = await door.call("POST", "/v1/auth/token", {"login": msgspec.to_builtins(grant)})
        assert (answer.status, answer.error["field"]) == (400, "login")

    @pytest.mark.parametrize("account", ["@ines", "", "@" + "a" * 26 + ":local\0host"])
    async def test_an_account_of_another_form_gets_no_challenge(self, door: Door, account: str) -> None:
        answer = await door.call("POST", "/v1/auth/challenge", {"account": account, "device": "ABCDEFGHIJ"})
        assert (answer.status, answer.error["field"]) == (400, "account")


class TestTokens:
    async def test_a_token_opens_http_and_the_live_socket(self, door: Door, ines: Party) -> None:
        assert await consent(door, await ines.token()) == 200
        assert (await (await door.socket()).hello(await ines.token()))["type"] == "welcome"

    async def test_a_token_ends_after_a_day(self, door: Door, ines: Party, clock: MovableClock) -> None:
        token = await ines.token()
        clock.advance(TOKEN_SECONDS)
        assert await consent(door, token) == 401

    async def test_a_token_stays_good_over_a_restart(
        self, relay: Relay, start_relay: StartRelay, door: Door, ines: Party
    ) -> None:
        token = await ines.token()
        await relay.stop()
        await start_relay(port=relay.port)
        assert await consent(door, token) == 200

    async def test_a_token_of_a_device_that_is_not_there_opens_nothing(
        self, relay: Relay, door: Door, ines: Party, clock: MovableClock
    ) -> None:
        """The relay's database was replaced by an older one, the token came from the newer."""
        key, now = relay.context.secrets.token_key, clock.now()
        for account, device in ((ines.account, "ZZZZZZZZZZ"), ("@" + "z" * 26 + ":localhost", ines.device.device)):
            token, _ = issue_token(key, AccountId(account), DeviceId(device), now, "nonce")
            assert await consent(door, token) == 401
            socket = await door.socket()
            await socket.say({"type": "hello", "token": token})
            assert await socket.closed() == CLOSE_BAD_TOKEN

    async def test_a_changed_token_opens_nothing(self, door: Door, ines: Party) -> None:
        token = await ines.token()
        for position in (0, 5, 43, 60, len(token) - 1):
            other = "A" if token[position] != "A" else "B"
            assert await consent(door, token[:position] + other + token[position + 1 :]) == 401

    @pytest.mark.parametrize(
        "header",
        ["", "Bearer", "Bearer ", "Basic aW5lcw==", "Bearer ä", "Bearer " + "x" * 5000, "Bearer AAAA", "Bearer a b"],
    )
    async def test_what_is_no_token_opens_nothing(self, door: Door, header: str) -> None:
        answer = await door.call("GET", "/v1/consent", headers={"Authorization": header})
        assert (answer.status, answer.error["code"]) == (401, "unauthorized")
