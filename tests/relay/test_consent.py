"""Grants, withdrawals and blocks (spec/consent.md section 1): a chain between one customer and one company."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay
from handschlag.relay_client.http import RelayHttp
from handschlag.wire.canonical import hash_of
from handschlag.wire.consent import Grant, Receipt, Withdrawal
from handschlag.wire.http import ConsentState, CreateAccount
from handschlag.wire.ids import AccountId
from handschlag.wire.limits import DAY
from handschlag.wire.signed import SignedRecord, sign_record, verify_record
from tests.relay.conftest import Join, StartRelay, both_databases
from tests.support.participants import offer_of
from tests.support.relay_party import Party, new_device, refused


async def state_of(ines: Party, company: Party) -> ConsentState:
    (state,) = [s for s in (await ines.http.consent()).businesses if s.business == company.account]
    return state


async def post(ines: Party, grant: Grant, *, status: int, field: str) -> None:
    await refused(ines.http.post_grant(ines.sign(grant)), status, field)


class TestGrants:
    @both_databases
    async def test_a_grant_is_kept_with_a_signed_receipt_and_told_to_the_company(
        self, relay: Relay, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        socket = await airline.connect()
        signed = ines.sign(ines.grant(airline, ["utility", "marketing"]))
        receipt = await ines.http.post_grant(signed)
        said = verify_record(receipt, relay.context.secrets.signing_key.public, Receipt, "receipt")
        assert (said.record, said.business, said.customer) == (signed.hash, airline.account, ines.account)
        assert abs(said.accepted_at - clock.now()) < 10
        state = await state_of(ines, airline)
        assert (set(state.purposes), state.head, state.records) == ({"utility", "marketing"}, signed.hash, [signed])
        (event,) = await socket.hear_events(1)
        assert event.note is not None
        assert (event.note.what, event.note.account, event.note.record) == ("grant", ines.account, signed)

    async def test_a_grant_replaces_the_one_before(self, airline: Party, ines: Party) -> None:
        await ines.agree(airline, "utility")
        await ines.agree(airline, "marketing")
        state = await state_of(ines, airline)
        assert (state.purposes, len(state.records)) == (["marketing"], 2)

    async def test_a_grant_that_does_not_follow_the_last_record_is_refused(self, airline: Party, ines: Party) -> None:
        await post(ines, ines.grant(airline, ["utility"], previous=hash_of(b"x")), status=409, field="previous")
        first = ines.sign(ines.grant(airline, ["utility"]))
        await ines.http.post_grant(first)
        await refused(ines.http.post_grant(first), 409, "previous")
        await post(ines, ines.grant(airline, ["utility"], previous=None), status=409, field="previous")
        await post(ines, ines.grant(airline, ["utility"], previous="x" * 5000), status=409, field="previous")
        assert (await state_of(ines, airline)).head == first.hash

    async def test_of_two_grants_at_once_one_is_taken(self, airline: Party, ines: Party) -> None:
        grants = [ines.sign(ines.grant(airline, ["utility"])) for _ in range(6)]
        outcomes = await asyncio.gather(*map(ines.http.post_grant, grants), return_exceptions=True)
        assert sorted(getattr(outcome, "status", 200) for outcome in outcomes) == [200] + [409] * 5
        assert len((await state_of(ines, airline)).records) == 1

    async def test_a_grant_names_an_offer_of_this_company(self, airline: Party, ines: Party, join_relay: Join) -> None:
        other = await join_relay(handle="other-air")
        assert other.offer is not None
        await post(ines, ines.grant(airline, ["utility"], offer=other.offer.hash), status=400, field="offer")
        for no_hash in ("", "\0", "x" * 5000, "ä"):
            await post(ines, ines.grant(airline, ["utility"], offer=no_hash), status=400, field="offer")

    async def test_an_earlier_offer_counts_until_it_expires(
        self, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        now = int(clock.now())
        newer = msgspec.structs.replace(offer_of(airline.account, now), id="offer-2")
        await airline.http.publish_offer(sign_record(newer, airline.identity.signer))
        await ines.agree(airline, "utility")
        clock.advance(367 * 86_400)
        await post(ines, ines.grant(airline, ["utility"]), status=400, field="offer")

    async def test_a_grant_agrees_to_what_was_asked_in_the_words_it_was_asked(
        self, airline: Party, ines: Party
    ) -> None:
        await post(ines, ines.grant(airline, ["status"]), status=400, field="purposes")
        await post(ines, ines.grant(airline, []), status=400, field="purposes")
        await post(ines, ines.grant(airline, ["utility"], notice=hash_of(b"other words")), status=400, field="notice")
        await post(ines, ines.grant(airline, ["utility"], language="de"), status=400, field="notice")

    async def test_a_grant_ends_within_ten_years(self, airline: Party, ines: Party, clock: MovableClock) -> None:
        for end in (0, int(clock.now()) - 1, int(clock.now()) + 11 * 366 * 86_400, 10**30):
            await post(ines, ines.grant(airline, ["utility"], expires_at=end), status=400, field="expires_at")

    async def test_a_grant_is_of_today(self, airline: Party, ines: Party, clock: MovableClock) -> None:
        """By at most a day: the customer's own device goes by no other, and a company would pay for what it withholds."""
        now = int(clock.now())
        for at in (now + DAY + 60, 10**30):
            await post(ines, ines.grant(airline, ["utility"], at=at), status=400, field="at")
        await ines.http.post_grant(ines.sign(ines.grant(airline, ["utility"], at=now + DAY - 60)))

    async def test_nobody_agrees_for_somebody_else(self, airline: Party, ines: Party, join_relay: Join) -> None:
        other, phone = await join_relay(), await join_relay(identity=ines.identity)
        grant = other.grant(airline, ["utility"])
        await refused(ines.http.post_grant(ines.sign(grant)), 403)
        await refused(ines.http.post_grant(other.sign(grant)), 403)
        await refused(ines.http.post_grant(phone.sign(ines.grant(airline, ["utility"]))), 403)
        theirs = phone.sign(ines.grant(airline, ["utility"]))
        renamed = SignedRecord(record=theirs.record, key=f"ed25519:{ines.device.device}", signature=theirs.signature)
        await refused(ines.http.post_grant(renamed), 400, "record")

    async def test_a_company_that_does_not_exist_is_not_found(self, airline: Party, ines: Party) -> None:
        for account in (ines.account, AccountId("@" + "z" * 26 + ":localhost"), AccountId("\0")):
            await post(ines, ines.grant(airline, ["utility"], business=account), status=404, field="business")

    async def test_a_device_nobody_certified_agrees_to_nothing(
        self, relay: Relay, airline: Party, session: Any, clock: MovableClock
    ) -> None:

        device, identity = new_device(relay, clock)
        http = RelayHttp(relay.url, session, device, clock)
        await http.create_account(CreateAccount(account=device.account, device_keys=device.device_keys()))
        party = Party(device, identity, http, clock, airline.door)
        await refused(http.post_grant(party.sign(party.grant(airline, ["utility"]))), 403, "device")


class TestWithdrawals:
    @both_databases
    async def test_a_withdrawal_takes_purposes_away_and_is_told_to_the_company(
        self, relay: Relay, airline: Party, ines: Party
    ) -> None:
        socket = await airline.connect()
        await ines.agree(airline, "utility", "marketing")
        receipt = await ines.withdraw(airline, ["marketing"])
        verify_record(receipt, relay.context.secrets.signing_key.public, Receipt, "receipt")
        assert (await state_of(ines, airline)).purposes == ["utility"]
        notes = [event.note for event in await socket.hear_events(2)]
        assert [note.what for note in notes if note is not None] == ["grant", "withdrawal"]

    async def test_a_withdrawal_of_everything_leaves_nothing(self, airline: Party, ines: Party) -> None:
        await ines.agree(airline, "utility", "marketing")
        await ines.withdraw(airline, "*")
        state = await state_of(ines, airline)
        assert (state.purposes, len(state.records), state.head) == ([], 2, ines.head)

    async def test_a_withdrawal_follows_the_last_record(self, airline: Party, ines: Party) -> None:
        await ines.agree(airline, "utility")
        stale = ines.sign(ines.withdrawal(airline, previous=None))
        await refused(ines.http.post_withdrawal(stale), 409, "previous")

    async def test_a_withdrawal_is_no_grant_and_a_grant_no_withdrawal(self, airline: Party, ines: Party) -> None:
        await refused(ines.http.post_grant(ines.sign(ines.withdrawal(airline))), 400, "record")
        await refused(ines.http.post_withdrawal(ines.sign(ines.grant(airline, ["utility"]))), 400, "record")

    async def test_who_never_agreed_may_withdraw(self, airline: Party, ines: Party) -> None:
        await ines.withdraw(airline)
        assert (await state_of(ines, airline)).purposes == []


class TestBlocks:
    @both_databases
    async def test_a_block_withdraws_everything_by_a_record_of_the_relay(
        self, relay: Relay, airline: Party, ines: Party
    ) -> None:
        await ines.agree(airline, "utility", "marketing")
        await ines.http.block(airline.account)
        state = await state_of(ines, airline)
        assert (state.blocked, state.purposes) == (True, [])
        key = relay.context.secrets.signing_key.public
        record = verify_record(state.records[-1], key, Withdrawal, "record")
        assert (record.device, record.purposes, record.previous) == (None, "*", ines.head)
        assert state.head == state.records[-1].hash

    async def test_lifting_a_block_brings_no_grant_back(self, airline: Party, ines: Party) -> None:
        await ines.agree(airline, "utility")
        for _ in range(2):
            await ines.http.block(airline.account)
        for _ in range(2):
            await ines.http.unblock(airline.account)
        state = await state_of(ines, airline)
        assert (state.blocked, state.purposes, len(state.records)) == (False, [], 2)
        ines.head = state.head
        await ines.agree(airline, "utility")

    async def test_a_stranger_can_be_blocked(self, airline: Party, ines: Party) -> None:
        await ines.http.block(airline.account)
        state = await state_of(ines, airline)
        assert (state.blocked, state.head, state.records) == (True, None, [])
        await ines.http.unblock(airline.account)
        assert (await ines.http.consent()).businesses == []

    async def test_a_grant_on_its_way_neither_survives_a_block_nor_stops_it(self, airline: Party, ines: Party) -> None:
        """Whatever comes first at the relay, a block is never answered with a conflict, and leaves nothing in force that was before it."""
        await ines.http.consent()
        for _ in range(10):
            grant = ines.sign(ines.grant(airline, ["utility"]))
            granted, blocked = await asyncio.gather(
                ines.http.post_grant(grant), ines.http.block(airline.account), return_exceptions=True
            )
            assert blocked is None
            state = await state_of(ines, airline)
            assert state.blocked
            if state.purposes:
                # The grant came after the block: it stands, and the block with it.
                assert state.records[-1].hash == grant.hash
            elif not isinstance(granted, Exception):
                assert '"device":null' in state.records[-1].record
            ines.head = state.head
            await ines.http.unblock(airline.account)

    async def test_two_devices_that_block_at_once_both_succeed(
        self, airline: Party, ines: Party, join_relay: Join
    ) -> None:
        phone = await join_relay(identity=ines.identity)
        await ines.agree(airline, "utility")
        await asyncio.gather(*(party.http.block(airline.account) for party in (ines, phone, ines, phone)))
        state = await state_of(ines, airline)
        assert (state.blocked, state.purposes, len(state.records)) == (True, [], 2)

    async def test_only_companies_can_be_blocked(self, ines: Party, join_relay: Join) -> None:
        other = await join_relay()
        await refused(ines.http.block(other.account), 404, "business")
        await refused(ines.http.block(AccountId("@" + "z" * 26 + ":localhost")), 404, "business")
        await refused(ines.http.unblock(AccountId("nobody")), 400, "business")


@both_databases
async def test_everything_agreed_is_there_after_a_restart(
    relay: Relay, start_relay: StartRelay, airline: Party, ines: Party, join_relay: Join
) -> None:
    other = await join_relay(handle="other-air")
    await ines.agree(airline, "utility")
    await ines.http.block(other.account)
    before = await ines.http.consent()
    await relay.stop()
    await start_relay(port=relay.port)
    assert await ines.http.consent() == before
    await ines.withdraw(airline)


@pytest.mark.parametrize("call", ["grants", "withdrawals"])
async def test_what_is_no_record_is_refused(ines: Party, call: str) -> None:
    token = await ines.token()
    for record in (
        {},
        {"record": "", "key": "", "signature": ""},
        {"record": "[" * 9999, "key": "", "signature": "ä"},
        5,
    ):
        answer = await ines.door.call("POST", f"/v1/consent/{call}", {"record": record}, token=token)
        assert answer.status in {400, 403}
        assert answer.error["field"]
