"""Further devices of an account: who comes in, who is signed out, and what nobody brings back."""

from __future__ import annotations

import asyncio
import secrets
from functools import partial
from typing import Any

import aiohttp
import msgspec
import pytest
from sqlalchemy import Connection, Table, func, select

from handschlag.clock import MovableClock
from handschlag.crypto.errors import NotCertified
from handschlag.crypto.peer_keys import accept_keys
from handschlag.relay.app import Relay
from handschlag.relay.storage.schema import devices, fallback_keys, mailbox, one_time_keys
from handschlag.relay_client.http import RelayHttp
from handschlag.wire import frames
from handschlag.wire.devices import DeviceList
from handschlag.wire.http import AddDevice
from handschlag.wire.ids import DeviceId
from handschlag.wire.limits import DAY, DEVICES_PER_ACCOUNT
from handschlag.wire.signed import SignedRecord, parse_record, sign_record
from tests.relay.conftest import Join, StartRelay, both_databases
from tests.support.relay_door import Door
from tests.support.relay_party import Party, further_device, join, new_device, refused


async def next_list(party: Party, *left: DeviceId) -> SignedRecord:
    """Return the list that follows the one in force."""
    known = (await party.http.own_devices()).device_list
    version = 1 if known is None else parse_record(known, DeviceList, "device_list").version + 1
    return party.identity.list_devices(left, version, party.clock.now())


async def sign_out(party: Party, other: Party, *left: Party) -> None:
    """Let a device remove another one of its account."""
    staying = [one.device.device for one in left]
    await party.http.remove_device(other.device.device, await next_list(party, *staying))


class TestAdding:
    @both_databases
    async def test_a_device_that_certificate_and_list_name_joins_its_account(
        self, join_relay: Join, ines: Party
    ) -> None:
        socket = await ines.connect()
        phone = await join_relay(identity=ines.identity)
        answer = await ines.http.query_keys([ines.account])
        assert set(answer.device_keys[ines.account]) == {ines.device.device, phone.device.device}
        listed = parse_record(answer.device_lists[ines.account], DeviceList, "device_list")
        assert (listed.version, set(listed.devices)) == (1, {ines.device.device, phone.device.device})
        (event,) = await socket.hear_events(1)
        assert event.note is not None
        assert (event.note.what, event.note.account) == ("devices", ines.account)

    async def test_it_comes_with_its_first_keys_so_that_nobody_finds_none(
        self, relay: Relay, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        device, _ = new_device(relay, clock, ines.identity)
        keys = device.keys_to_upload(0, [], clock.now())
        assert keys is not None
        request = msgspec.structs.replace(
            further_device(relay, device, ines.identity, clock),
            one_time_keys=keys.one_time_keys,
            fallback_keys=keys.fallback_keys,
        )
        await ines.http.add_device(request)
        claimed = await ines.http.claim_keys({ines.account: {device.device: "signed_curve25519"}})
        assert claimed.one_time_keys[ines.account][device.device].items() <= keys.one_time_keys.items()
        one, *_ = keys.one_time_keys
        other = airline.device.keys_to_upload(0, [], clock.now())
        assert other is not None
        forged = msgspec.structs.replace(request, one_time_keys={one: next(iter(other.one_time_keys.values()))})
        await refused(ines.http.add_device(forged), 400)

    async def test_a_device_nobody_certified_does_not(self, relay: Relay, ines: Party, clock: MovableClock) -> None:
        device, _ = new_device(relay, clock, ines.identity, certified=False)
        await refused(ines.http.add_device(further_device(relay, device, ines.identity, clock)), 403, "device_keys")

    async def test_an_account_that_does_not_exist_is_answered_like_one_that_did_not_certify(
        self, relay: Relay, ines: Party, clock: MovableClock
    ) -> None:
        device, identity = new_device(relay, clock)
        listed = identity.list_devices([device.device], 1, clock.now())
        request = AddDevice(account=device.account, device_keys=device.device_keys(), device_list=listed)
        await refused(ines.http.add_device(request), 403, "device_keys")

    async def test_the_list_follows_the_last_one_and_names_exactly_the_devices_there_are(
        self, relay: Relay, ines: Party, clock: MovableClock
    ) -> None:
        device, stranger = new_device(relay, clock, ines.identity)[0], new_device(relay, clock)[1]
        right = further_device(relay, device, ines.identity, clock)
        both = [ines.device.device, device.device]
        for listed, field, status in (
            (ines.identity.list_devices(both, 2, clock.now()), "device_list.version", 409),
            (ines.identity.list_devices(both[1:], 1, clock.now()), "device_list.devices", 409),
            (ines.identity.list_devices([*both, DeviceId("ABCDEFGHIJ")], 1, clock.now()), "device_list.devices", 409),
            (stranger.list_devices(both, 1, clock.now()), "device_list.key", 400),
            (sign_record(parse_record(right.device_list, DeviceList, ""), ines.device.signer), "device_list.key", 400),
            (msgspec.structs.replace(right.device_list, signature="A" * 86), "device_list", 400),
        ):
            await refused(ines.http.add_device(msgspec.structs.replace(right, device_list=listed)), status, field)
        await ines.http.add_device(right)
        # The answer may have been lost: the same once more is no other device.
        await ines.http.add_device(right)

    async def test_of_two_devices_that_join_at_once_one_tries_again(
        self, relay: Relay, ines: Party, clock: MovableClock
    ) -> None:
        requests = [
            further_device(relay, new_device(relay, clock, ines.identity)[0], ines.identity, clock) for _ in "ab"
        ]
        outcomes = await asyncio.gather(*map(ines.http.add_device, requests), return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "RelayRefused"]

    async def test_an_account_has_a_bounded_number_of_devices(
        self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock, ines: Party
    ) -> None:
        for _ in range(DEVICES_PER_ACCOUNT - 1):
            await join(relay, session, clock, identity=ines.identity)
        one_more, _ = new_device(relay, clock, ines.identity)
        refusal = await refused(
            ines.http.add_device(further_device(relay, one_more, ines.identity, clock)), 409, "device_keys"
        )
        assert "10 devices" in refusal.error.message

    async def test_whoever_joins_may_ask_which_devices_there_are(
        self, ines: Party, join_relay: Join, door: Door
    ) -> None:
        answer = await door.call("GET", f"/v1/accounts/{ines.account}/devices")
        assert answer.body == {"devices": [ines.device.device]}
        phone = await join_relay(identity=ines.identity)
        answer = await door.call("GET", f"/v1/accounts/{ines.account}/devices")
        assert set(answer.body["devices"]) == {ines.device.device, phone.device.device}
        assert '"version":1' in answer.body["device_list"]["record"]
        nobody = await door.call("GET", "/v1/accounts/@" + "z" * 26 + ":localhost/devices")
        assert nobody.body == {"devices": []}


class TestRemoving:
    @both_databases
    async def test_a_removed_device_is_out_at_once_and_leaves_nothing_behind(
        self, relay: Relay, airline: Party, ines: Party, join_relay: Join
    ) -> None:
        phone = await join_relay(identity=ines.identity)
        await phone.upload_keys()
        socket = await phone.connect()
        await ines.agree(airline, "utility")
        company = await airline.connect()
        await company.send(airline.envelope(ines, phone, category="utility", kind="template"))
        await socket.hear_events(1)
        token = await phone.token()
        await sign_out(ines, phone, ines)
        assert await socket.closed() == frames.CLOSE_SIGNED_OUT
        answer = await phone.door.call("GET", "/v1/consent", token=token)
        assert answer.status == 401
        phone.http.forget_token()
        await refused(phone.http.consent(), 403, "device")
        for table in (one_time_keys, fallback_keys, mailbox):
            assert await relay.store.read(partial(_rows_of, table=table, number=3)) == 0
        query = await airline.http.query_keys([ines.account])
        assert set(query.device_keys[ines.account]) == {ines.device.device}

    @both_databases
    async def test_its_id_never_serves_again(
        self, relay: Relay, ines: Party, join_relay: Join, clock: MovableClock
    ) -> None:
        phone = await join_relay(identity=ines.identity)
        await sign_out(ines, phone, ines)
        again = further_device(relay, phone.device, ines.identity, clock)
        await refused(ines.http.add_device(again), 409, "device_keys.device_id")
        # Nor does the number of its mailbox: what was on its way to it must not reach another device.
        tablet = await join_relay(identity=ines.identity)
        ids = await relay.store.read(lambda c: list(c.execute(select(devices.c.id).order_by(devices.c.id)).scalars()))
        assert ids == [1, 2, 3]
        assert set((await ines.http.query_keys([ines.account])).device_keys[ines.account]) == {
            ines.device.device, tablet.device.device,
        }  # fmt: skip

    async def test_only_who_proves_to_be_the_removed_device_is_told_that_it_was_removed(
        self, relay: Relay, ines: Party, join_relay: Join, session: Any, clock: MovableClock
    ) -> None:
        phone = await join_relay(identity=ines.identity)
        await sign_out(ines, phone, ines)
        impostor, _ = new_device(relay, clock)
        impostor.account, impostor.device = phone.account, phone.device.device
        await refused(RelayHttp(relay.url, session, impostor, clock).token(), 401)
        await refused(phone.http.token(), 403, "device")

    async def test_the_others_are_told_and_who_is_left_goes_on(
        self, airline: Party, ines: Party, join_relay: Join
    ) -> None:
        phone, tablet = await join_relay(identity=ines.identity), await join_relay(identity=ines.identity)
        socket = await tablet.connect()
        await sign_out(ines, phone, ines, tablet)
        (event,) = await socket.hear_events(1)
        assert event.note is not None
        assert event.note.what == "devices"
        sender = await ines.connect()
        (result,) = await sender.send(ines.envelope(airline, own=(tablet,)))
        assert result.refusal is None

    async def test_a_device_may_sign_itself_out_but_not_the_last_one(self, ines: Party, join_relay: Join) -> None:
        phone = await join_relay(identity=ines.identity)
        await sign_out(phone, phone, ines)
        await refused(phone.http.own_devices(), 403, "device")
        await refused(ines.http.remove_device(ines.device.device, await next_list(ines)), 400, "device_list.devices")

    async def test_a_device_of_somebody_else_is_not_found(self, ines: Party, join_relay: Join) -> None:
        bob = await join_relay()
        await refused(ines.http.remove_device(bob.device.device, await next_list(ines, ines.device.device)), 404)


class TestCopies:
    async def test_what_is_for_the_own_devices_alone_reaches_each_of_them_and_nobody_notes_it(
        self, ines: Party, join_relay: Join
    ) -> None:
        phone, tablet = await join_relay(identity=ines.identity), await join_relay(identity=ines.identity)
        sockets = [await phone.connect(), await tablet.connect()]
        sender = await ines.connect()
        (result,) = await sender.send(ines.envelope(phone, tablet, kind="sync"))
        assert result.refusal is None
        for socket in sockets:
            # The phone was told of the tablet before.
            event = (await socket.hear_events(2 if socket is sockets[0] else 1))[-1]
            assert isinstance(event.header, msgspec.Raw)
            assert b'"kind":"sync"' in bytes(event.header)
            await socket.acknowledge()
        assert all(event.note is None or event.note.what == "devices" for event in sender.events)

    async def test_it_goes_nowhere_else_and_to_no_other_set_of_devices(
        self, ines: Party, airline: Party, join_relay: Join
    ) -> None:
        phone = await join_relay(identity=ines.identity)
        tablet = await join_relay(identity=ines.identity)
        sender = await ines.connect()
        results = await sender.send(
            ines.envelope(airline, kind="sync"),
            ines.envelope(phone, tablet, kind="service"),
            ines.envelope(phone, kind="sync"),
            ines.envelope(phone, tablet, ines, kind="sync"),
        )
        codes = [result.refusal.code for result in results if result.refusal is not None]
        assert codes == ["bad_envelope", "bad_envelope", "stale_devices", "stale_devices"]

    async def test_a_device_without_others_has_nobody_to_tell(self, ines: Party) -> None:
        envelope = ines.envelope(ines, kind="sync") | {"bodies": {}}
        (result,) = await (await ines.connect()).send(envelope)
        assert result.refusal is not None
        assert result.refusal.code == "undeliverable"


class TestSeen:
    async def test_days_are_all_that_is_kept_of_when_a_device_was_here(
        self, ines: Party, join_relay: Join, clock: MovableClock
    ) -> None:
        today = int(clock.now() // DAY) * DAY
        phone = await join_relay(identity=ines.identity)
        clock.advance(3 * DAY)
        await (await ines.connect()).close()
        seen = {one.device: one for one in (await ines.http.own_devices()).devices}
        mine, other = seen[ines.device.device], seen[phone.device.device]
        assert (mine.certified, mine.first_seen, mine.last_seen) == (True, today, today + 3 * DAY)
        assert (other.first_seen, other.last_seen) == (today, today)


class TestWhatCompaniesBelieve:
    async def test_a_removed_device_is_not_believed_once_a_newer_list_was_seen(
        self, airline: Party, ines: Party, join_relay: Join
    ) -> None:
        phone = await join_relay(identity=ines.identity)
        before = await airline.http.query_keys([ines.account])
        first = accept_keys(ines.account, before)
        await sign_out(ines, phone, ines)
        second = accept_keys(ines.account, await airline.http.query_keys([ines.account]), known=first)
        assert set(second.devices) == {ines.device.device}
        # The relay shows what it showed before, or no list at all: signatures and certificates are still good.
        for lie in (before, msgspec.structs.replace(before, device_lists={})):
            assert set(accept_keys(ines.account, lie, known=second).devices) == {ines.device.device}

    async def test_a_list_that_another_key_signed_counts_for_nothing(
        self, airline: Party, ines: Party, join_relay: Join
    ) -> None:
        await join_relay(identity=ines.identity)
        answer = await airline.http.query_keys([ines.account])
        known = accept_keys(ines.account, answer)
        forged = airline.identity.list_devices([], 9, 0)
        lie = msgspec.structs.replace(answer, device_lists={ines.account: forged})
        assert accept_keys(ines.account, lie, known=known).devices == known.devices
        with pytest.raises(NotCertified):
            accept_keys(ines.account, msgspec.structs.replace(answer, master_keys={}))


class TestLinks:
    async def test_two_devices_leave_messages_for_each_other(self, door: Door) -> None:
        link = (await door.call("POST", "/v1/links")).body["id"]
        waiting = asyncio.create_task(door.call("GET", f"/v1/links/{link}/0"))
        assert (await door.call("PUT", f"/v1/links/{link}/0", {"message": "hello"})).status == 200
        assert (await waiting).body == {"message": "hello"}
        assert (await door.call("PUT", f"/v1/links/{link}/0", {"message": "hello"})).status == 200
        second = await door.call("PUT", f"/v1/links/{link}/0", {"message": "somebody else"})
        assert (second.status, second.error["field"]) == (409, "number")

    async def test_what_is_too_long_too_many_or_out_of_turn_is_refused(self, door: Door) -> None:
        link = (await door.call("POST", "/v1/links")).body["id"]
        for number, message, field in (
            ("0", "x" * 16385, "message"), ("0", "", "message"), ("1", "early", "number"), ("99", "x", "number"),
            ("-1", "x", "number"), ("x", "x", "number"), ("²", "x", "number"),
        ):  # fmt: skip
            answer = await door.call("PUT", f"/v1/links/{link}/{number}", {"message": message})
            assert (answer.status, answer.error["field"]) == (400, field), number
        for place in range(16):
            assert (await door.call("PUT", f"/v1/links/{link}/{place}", {"message": "x"})).status == 200

    async def test_a_link_ends_after_ten_minutes_or_when_somebody_ends_it(
        self, door: Door, clock: MovableClock
    ) -> None:
        first = (await door.call("POST", "/v1/links")).body
        assert first["expires_at"] == pytest.approx(clock.now() + 600, abs=2)
        second = (await door.call("POST", "/v1/links")).body["id"]
        waiting = asyncio.create_task(door.call("GET", f"/v1/links/{second}/0"))
        await asyncio.sleep(0.05)
        assert (await door.call("DELETE", f"/v1/links/{second}")).status == 200
        assert (await waiting).status == 404
        clock.advance(600)
        assert (await door.call("GET", f"/v1/links/{first['id']}/0")).status == 404
        assert (await door.call("GET", f"/v1/links/{secrets.token_hex(16)}/0")).status == 404

    async def test_links_are_limited_per_address(self, start_relay: StartRelay, session: Any) -> None:
        relay = await start_relay(links_per_minute=3)
        door = Door(session, relay.url)
        assert [(await door.call("POST", "/v1/links")).status for _ in range(4)] == [201, 201, 201, 429]


def _rows_of(connection: Connection, table: Table, number: int) -> int:
    query = select(func.count()).select_from(table).where(table.c.mailbox == number)
    return int(connection.execute(query).scalar_one())
