"""Keys to start sessions with (spec/wire.md section 2): uploaded by a device for itself, handed out once."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from handschlag.clock import MovableClock
from handschlag.crypto.identity import signed_by
from handschlag.relay_client.http import RelayHttp
from handschlag.wire.http import CreateAccount, UploadKeys
from handschlag.wire.ids import AccountId
from handschlag.wire.limits import CONVERSATION_SECONDS, ONE_TIME_KEYS_PER_DEVICE, ONE_TIME_KEYS_WANTED
from tests.relay.conftest import Join, both_databases
from tests.support.relay_door import Door
from tests.support.relay_party import Party, new_device, refused, wanted


def signed_key(party: Party, text: str = "key", **more: Any) -> dict[str, Any]:
    return signed_by({"key": text, **more}, party.account, party.device.signer)


def keys(party: Party, first: int, count: int) -> dict[str, Any]:
    return {f"signed_curve25519:{n}": signed_key(party, str(n)) for n in range(first, first + count)}


async def claimed(asker: Party, owner: Party) -> list[str]:
    answer = (await asker.http.claim_keys(wanted(owner))).one_time_keys
    return [key_id for devices in answer.values() for found in devices.values() for key_id in found]


class TestStock:
    async def test_a_device_has_at_most_a_hundred_one_time_keys(self, ines: Party) -> None:
        await ines.http.upload_keys(UploadKeys(one_time_keys=keys(ines, 0, ONE_TIME_KEYS_PER_DEVICE)))
        await refused(ines.http.upload_keys(UploadKeys(one_time_keys=keys(ines, 500, 1))), 400, "one_time_keys")
        again = await ines.http.upload_keys(UploadKeys(one_time_keys=keys(ines, 0, ONE_TIME_KEYS_PER_DEVICE)))
        assert again.one_time_key_counts == {"signed_curve25519": ONE_TIME_KEYS_PER_DEVICE}

    async def test_a_key_another_device_signed_is_refused(self, ines: Party, join_relay: Join) -> None:
        phone = await join_relay(identity=ines.identity)
        upload = UploadKeys(one_time_keys={"signed_curve25519:a": signed_key(phone)})
        refusal = await refused(ines.http.upload_keys(upload), 400)
        assert refusal.error.limit == "a valid signature by the named key"

    @pytest.mark.parametrize(
        "key_id",
        [
            "curve25519:a",
            "signed_curve25519",
            "signed_curve25519:",
            "signed_curve25519:\0",
            "signed_curve25519:" + "a" * 65,
        ],
    )
    async def test_a_key_id_of_another_form_is_refused(self, ines: Party, key_id: str) -> None:
        await refused(ines.http.upload_keys(UploadKeys(one_time_keys={key_id: signed_key(ines)})), 400)
        await refused(ines.http.upload_keys(UploadKeys(fallback_keys={key_id: signed_key(ines)})), 400)

    async def test_a_key_object_nobody_could_fetch_is_refused(self, ines: Party) -> None:
        large = {"signed_curve25519:a": signed_key(ines, padding="x" * 10_000)}
        await refused(ines.http.upload_keys(UploadKeys(one_time_keys=large)), 400, "one_time_keys.signed_curve25519:a")

    async def test_welcome_and_the_answer_tell_the_stock(self, ines: Party, door: Door) -> None:
        await ines.upload_keys()
        welcome = await (await door.socket()).hello(await ines.token())
        assert welcome["one_time_keys"] == ONE_TIME_KEYS_WANTED
        assert welcome["unused_fallback_keys"] == ["signed_curve25519"]

    async def test_a_connected_device_is_told_when_its_stock_fell_below_half(self, ines: Party, airline: Party) -> None:
        await airline.http.upload_keys(UploadKeys(one_time_keys=keys(airline, 0, ONE_TIME_KEYS_WANTED // 2)))
        socket = await airline.connect()
        await claimed(ines, airline)
        assert (await socket.hear("keys"))["one_time_keys"] == ONE_TIME_KEYS_WANTED // 2 - 1


class TestClaims:
    @both_databases
    async def test_a_one_time_key_is_handed_out_once_however_many_ask_at_once(
        self, join_relay: Join, airline: Party
    ) -> None:
        await airline.http.upload_keys(UploadKeys(one_time_keys=keys(airline, 0, 30)))
        customers = [await join_relay() for _ in range(3)]
        found = await asyncio.gather(*(claimed(customer, airline) for customer in customers * 12))
        handed_out = [key_id for one in found for key_id in one]
        assert sorted(handed_out) == sorted(keys(airline, 0, 30))

    async def test_a_key_handed_out_is_not_taken_into_stock_again(self, ines: Party, airline: Party) -> None:
        """A device that did not hear the answer to its upload sends the same keys again."""
        upload = UploadKeys(one_time_keys=keys(airline, 0, 2))
        await airline.http.upload_keys(upload)
        first = await claimed(ines, airline)
        answer = await airline.http.upload_keys(upload)
        assert answer.one_time_key_counts == {"signed_curve25519": 1}
        assert not set(await claimed(ines, airline)) & set(first)
        assert await claimed(ines, airline) == []

    async def test_what_was_handed_out_is_forgotten_in_the_end(self, relay: Any, ines: Party, airline: Party) -> None:
        for start in range(0, 150, 50):
            await airline.http.upload_keys(UploadKeys(one_time_keys=keys(airline, start, 50)))
            for _ in range(50):
                await claimed(ines, airline)
        await airline.http.upload_keys(UploadKeys(one_time_keys=keys(airline, 900, 1)))
        rows = await relay.store.read(lambda c: c.exec_driver_sql("select count(*) from one_time_keys").scalar())
        assert rows == 101

    async def test_an_empty_stock_hands_out_the_fallback_key_and_marks_it_used(
        self, ines: Party, airline: Party
    ) -> None:
        fallback = {"signed_curve25519:f": signed_key(airline, fallback=True)}
        await airline.http.upload_keys(UploadKeys(fallback_keys=fallback))
        assert await claimed(ines, airline) == await claimed(ines, airline) == ["signed_curve25519:f"]
        socket = await airline.door.socket()
        assert (await socket.hello(await airline.token()))["unused_fallback_keys"] == []
        await airline.http.upload_keys(UploadKeys(fallback_keys=fallback))
        newer = {"signed_curve25519:g": signed_key(airline, fallback=True)}
        await airline.http.upload_keys(UploadKeys(fallback_keys=newer))
        assert await claimed(ines, airline) == ["signed_curve25519:g"]

    async def test_a_customer_claims_from_companies_and_from_no_other_customer(
        self, ines: Party, airline: Party, join_relay: Join
    ) -> None:
        other = await join_relay()
        await other.upload_keys()
        await airline.upload_keys()
        assert await claimed(ines, airline)
        assert await claimed(ines, other) == []

    async def test_a_company_claims_with_a_conversation_or_a_grant(
        self, ines: Party, airline: Party, clock: MovableClock
    ) -> None:
        await ines.upload_keys()
        assert await claimed(airline, ines) == []
        await (await ines.connect()).send(ines.envelope(airline))
        assert await claimed(airline, ines)
        clock.advance(CONVERSATION_SECONDS)
        assert await claimed(airline, ines) == []
        await ines.agree(airline, "utility")
        assert await claimed(airline, ines)

    async def test_a_company_that_is_blocked_or_unknown_hears_the_same(
        self, ines: Party, airline: Party, join_relay: Join
    ) -> None:
        stranger = await join_relay()
        for party in (ines, stranger):
            await party.upload_keys()
        await ines.agree(airline, "utility")
        await ines.http.block(airline.account)
        blocked, never, unknown = [
            (await airline.http.claim_keys({account: {ines.device.device: "signed_curve25519"}}))
            for account in (ines.account, stranger.account, AccountId("@" + "z" * 26 + ":localhost"))
        ]
        assert blocked == never == unknown

    async def test_a_company_claims_nothing_from_companies(self, airline: Party, join_relay: Join) -> None:
        other = await join_relay(handle="other-air")
        await other.upload_keys()
        assert await claimed(airline, other) == []

    async def test_a_claim_is_for_accounts_by_their_form(self, airline: Party, door: Door) -> None:
        for path, field in (("/v1/keys/claim", "one_time_keys"), ("/v1/keys/query", "device_keys")):
            body: dict[str, Any] = {field: {"\0": {} if field == "one_time_keys" else []}}
            answer = await door.call("POST", path, body, token=await airline.token())
            assert (answer.status, answer.error["field"]) == (400, field)


class TestQueries:
    async def test_unknown_accounts_are_left_out(self, ines: Party, airline: Party) -> None:
        unknown = AccountId("@" + "z" * 26 + ":localhost")
        answer = await ines.http.query_keys([airline.account, unknown])
        assert set(answer.device_keys) == {airline.account}

    async def test_an_account_asked_for_before_it_exists_is_found_once_it_does(
        self, relay: Any, session: Any, clock: MovableClock, ines: Party
    ) -> None:

        device, _ = new_device(relay, clock)
        for _ in range(2):
            assert (await ines.http.query_keys([device.account])).device_keys == {}
        newcomer = RelayHttp(relay.url, session, device, clock)
        await newcomer.create_account(CreateAccount(account=device.account, device_keys=device.device_keys()))
        assert set((await ines.http.query_keys([device.account])).device_keys) == {device.account}

    async def test_at_most_two_hundred_accounts_are_asked_for_at_once(self, ines: Party, door: Door) -> None:
        accounts: dict[str, list[str]] = {
            f"@{n:026d}:localhost".translate(str.maketrans("0123456789", "abcdefghij")): [] for n in range(201)
        }
        answer = await door.call("POST", "/v1/keys/query", {"device_keys": accounts}, token=await ines.token())
        assert (answer.status, answer.error["seen"]) == (400, "201")


class TestSignatures:
    async def upload(self, party: Party, objects: dict[str, Any]) -> None:
        answer = await party.door.call("POST", "/v1/keys/signatures/upload", objects, token=await party.token())
        assert answer.body == {"failures": {}}

    async def test_signatures_on_others_objects_are_ignored(self, ines: Party, airline: Party) -> None:
        theirs = signed_by(airline.device.device_keys(), ines.account, ines.device.signer)
        await self.upload(ines, {airline.account: {airline.device.device: theirs}})
        answer = await ines.http.query_keys([airline.account])
        assert answer.device_keys[airline.account][airline.device.device] == airline.device.device_keys()

    async def test_a_signature_that_does_not_open_is_left_out(self, ines: Party) -> None:
        keys = msgspec.json.decode(msgspec.json.encode(ines.device.device_keys()))
        keys["signatures"][ines.account]["ed25519:FORGEDFORG"] = "A" * 86
        keys["signatures"]["@" + "z" * 26 + ":localhost"] = {"ed25519:X": "y"}
        await self.upload(ines, {ines.account: {ines.device.device: keys}})
        answer = await ines.http.query_keys([ines.account])
        assert answer.device_keys[ines.account][ines.device.device] == ines.device.device_keys()

    async def test_a_device_may_sign_the_master_key_it_trusts(self, ines: Party) -> None:
        signed = signed_by(ines.identity.master_key(), ines.account, ines.device.signer)
        await self.upload(ines, {ines.account: {ines.identity.master_public: signed}})
        answer = await ines.http.query_keys([ines.account])
        assert answer.master_keys[ines.account]["signatures"] == signed["signatures"]

    @pytest.mark.parametrize("signatures", ["x", 5, None, [], {"@x": 1}])
    async def test_a_master_key_with_strange_signatures_hurts_nobody(self, ines: Party, signatures: Any) -> None:
        strange = ines.identity.master_key() | {"signatures": signatures}
        body = {"master_key": strange, "self_signing_key": ines.identity.self_signing_key()}
        token = await ines.token()
        answer = await ines.door.call("POST", "/v1/keys/device_signing/upload", body, token=token)
        assert answer.status == 200
        signed = signed_by(ines.identity.master_key(), ines.account, ines.device.signer)
        await self.upload(ines, {ines.account: {ines.identity.master_public: signed}})
        found = (await ines.http.query_keys([ines.account])).master_keys[ines.account]
        assert found["signatures"][ines.account] == signed["signatures"][ines.account]
