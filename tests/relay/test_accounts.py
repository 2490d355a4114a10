"""Accounts and their devices (spec/wire.md sections 1 and 2)."""

from __future__ import annotations

import asyncio
import secrets

import aiohttp
import pytest

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay
from handschlag.relay_client.http import RelayHttp
from handschlag.wire.http import CreateAccount
from handschlag.wire.ids import AccountId, make_account_id
from handschlag.wire.limits import DAY
from tests.relay.conftest import both_databases
from tests.support.relay_door import Door
from tests.support.relay_party import Party, new_device, refused, signing_keys


class TestCustomers:
    async def test_a_customer_makes_an_account_by_asking(self, ines: Party) -> None:
        answer = await ines.http.query_keys([ines.account])
        assert answer.device_keys[ines.account][ines.device.device] == ines.device.device_keys()
        assert answer.master_keys[ines.account] == ines.identity.master_key()

    async def test_a_taken_account_id_is_refused(self, relay: Relay, ines: Party, clock: MovableClock) -> None:
        thief, _ = new_device(relay, clock)
        stolen = thief.device_keys() | {"user_id": ines.account}
        await refused(ines.http.create_account(CreateAccount(account=ines.account, device_keys=stolen)), 400)
        own = CreateAccount(account=ines.account, device_keys=ines.device.device_keys())
        await refused(ines.http.create_account(own), 409, "account")

    async def test_two_who_choose_the_same_id_at_once_get_one_account(
        self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        device, _ = new_device(relay, clock)
        http = RelayHttp(relay.url, session, device, clock)
        request = CreateAccount(account=device.account, device_keys=device.device_keys())
        outcomes = await asyncio.gather(*(http.create_account(request) for _ in range(8)), return_exceptions=True)
        assert sorted(getattr(outcome, "status", 201) for outcome in outcomes) == [201] + [409] * 7

    async def test_an_account_of_another_relay_is_refused(self, ines: Party) -> None:
        other = make_account_id(secrets.token_bytes(26), "elsewhere.example")
        request = CreateAccount(account=other, device_keys=ines.device.device_keys())
        await refused(ines.http.create_account(request), 400, "account")

    @pytest.mark.parametrize(
        "account", ["", "@ines:localhost", "@" + "A" * 26 + ":localhost", "@" + "a" * 26, "x" * 5000]
    )
    async def test_an_account_id_of_another_form_is_refused(self, ines: Party, account: str) -> None:
        request = CreateAccount(account=AccountId(account), device_keys=ines.device.device_keys())
        refusal = await refused(ines.http.create_account(request), 400, "account")
        assert len(refusal.error.seen) <= 80

    async def test_device_keys_that_the_device_did_not_sign_are_refused(
        self, relay: Relay, ines: Party, clock: MovableClock
    ) -> None:
        device, _ = new_device(relay, clock)
        keys = device.device_keys()
        for changed in (keys | {"signatures": {}}, keys | {"algorithms": ["other"]}, keys | {"keys": {}}):
            request = CreateAccount(account=device.account, device_keys=changed)
            await refused(ines.http.create_account(request), 400)


class TestCompanies:
    async def invited(
        self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> tuple[RelayHttp, CreateAccount]:
        device, _ = new_device(relay, clock)
        code = await relay.invite(name="Möwe Air", method="demonstration", evidence="a test")
        request = CreateAccount(
            account=device.account, device_keys=device.device_keys(), invitation=code, handle="moewe-air"
        )
        return RelayHttp(relay.url, session, device, clock), request

    @both_databases
    async def test_an_invitation_serves_once(
        self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        http, first = await self.invited(relay, session, clock)
        await http.create_account(first)
        http, second = await self.invited(relay, session, clock)
        again = CreateAccount(second.account, second.device_keys, first.invitation, "other-air")
        await refused(http.create_account(again), 403, "invitation")

    async def test_an_invitation_ends_after_fourteen_days(
        self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        http, request = await self.invited(relay, session, clock)
        clock.advance(14 * DAY + 1)
        await refused(http.create_account(request), 403, "invitation")

    async def test_a_code_nobody_gave_is_refused(
        self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        http, request = await self.invited(relay, session, clock)
        guessed = CreateAccount(request.account, request.device_keys, "guessed", request.handle)
        await refused(http.create_account(guessed), 403, "invitation")

    @pytest.mark.parametrize("handle", ["", "x", "Möwe", "-air", "air-", "a" * 33, "a/b", "a\0b", None])
    async def test_a_handle_of_another_form_is_refused_and_the_invitation_stays_good(
        self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock, handle: str | None
    ) -> None:
        http, request = await self.invited(relay, session, clock)
        wrong = CreateAccount(request.account, request.device_keys, request.invitation, handle)
        await refused(http.create_account(wrong), 400, "handle")
        await http.create_account(request)

    @pytest.mark.usefixtures("airline")
    async def test_a_taken_handle_is_refused_and_the_invitation_stays_good(
        self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        http, request = await self.invited(relay, session, clock)
        await refused(http.create_account(request), 409, "handle")
        await http.create_account(CreateAccount(request.account, request.device_keys, request.invitation, "other-air"))

    async def test_a_company_is_a_company_only_by_invitation(self, ines: Party) -> None:
        await refused(ines.http.template_states(), 403)


class TestDeviceIds:
    async def test_a_device_id_is_used_once(self, relay: Relay, clock: MovableClock, ines: Party) -> None:
        other, _ = new_device(relay, clock, ines.identity)
        renamed = other.device_keys() | {"device_id": ines.device.device}
        request = CreateAccount(account=ines.account, device_keys=renamed)
        await refused(ines.http.create_account(request), 400)

    async def test_other_keys_under_a_known_device_id_are_refused(self, ines: Party, door: Door) -> None:
        keys = ines.device.device_keys() | {"algorithms": []}
        answer = await door.call("POST", "/v1/keys/upload", {"device_keys": keys}, token=await ines.token())
        assert (answer.status, answer.error["code"]) == (400, "bad_request")

    async def test_the_same_keys_again_change_nothing(self, ines: Party, door: Door) -> None:
        keys = {"device_keys": ines.device.device_keys()}
        answer = await door.call("POST", "/v1/keys/upload", keys, token=await ines.token())
        assert answer.body == {"one_time_key_counts": {"signed_curve25519": 0}}


class TestIdentity:
    async def test_another_master_key_is_refused(self, ines: Party) -> None:
        from_scratch = type(ines.identity).create(ines.account, secrets.token_bytes(64))
        await refused(ines.http.upload_signing_keys(signing_keys(from_scratch)), 409, "master_key")
        answer = await ines.http.query_keys([ines.account])
        assert answer.master_keys[ines.account] == ines.identity.master_key()

    async def test_of_two_master_keys_at_once_one_stays(
        self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        device, identity = new_device(relay, clock)
        http = RelayHttp(relay.url, session, device, clock)
        await http.create_account(CreateAccount(account=device.account, device_keys=device.device_keys()))
        rivals = [type(identity).create(device.account, secrets.token_bytes(64)) for _ in range(5)]
        outcomes = await asyncio.gather(
            *(http.upload_signing_keys(signing_keys(rival)) for rival in rivals), return_exceptions=True
        )
        assert sorted(getattr(outcome, "status", 200) for outcome in outcomes) == [200] + [409] * 4
        (winner,) = [rival for rival, outcome in zip(rivals, outcomes, strict=True) if outcome is None]
        answer = await http.query_keys([device.account])
        assert answer.master_keys[device.account] == winner.master_key()

    async def test_a_self_signing_key_the_master_key_did_not_sign_is_refused(self, ines: Party, door: Door) -> None:
        stranger = type(ines.identity).create(ines.account, secrets.token_bytes(64))
        body = {"master_key": ines.identity.master_key(), "self_signing_key": stranger.self_signing_key()}
        answer = await door.call("POST", "/v1/keys/device_signing/upload", body, token=await ines.token())
        assert answer.error["code"] == "bad_request"

    async def test_a_user_signing_key_the_master_key_did_not_sign_is_refused(self, ines: Party, door: Door) -> None:
        body = {
            "master_key": ines.identity.master_key(),
            "self_signing_key": ines.identity.self_signing_key(),
            "user_signing_key": ines.identity.self_signing_key(),
        }
        answer = await door.call("POST", "/v1/keys/device_signing/upload", body, token=await ines.token())
        assert answer.error["code"] == "bad_request"
