"""Erasing an account: nothing of it is left at the relay but what nobody can connect with it, and its id never serves again."""

from __future__ import annotations

from typing import Any

import aiohttp
import msgspec
from sqlalchemy import Connection, select

from handschlag.clock import MovableClock
from handschlag.crypto.identity import Identity
from handschlag.relay.actions.accounts.erase_account import expire_erasures
from handschlag.relay.app import Relay
from handschlag.relay.storage.schema import consent_records, metadata
from handschlag.relay_client.http import RelayHttp
from handschlag.wire.erasure import Erasure
from handschlag.wire.http import CreateAccount
from handschlag.wire.limits import DAY
from handschlag.wire.signed import SigningKey, sign_record
from tests.relay.conftest import Join, both_databases
from tests.support.relay_party import Party, new_device, refused


def everything(connection: Connection) -> dict[str, list[Any]]:
    """Return every row of every table."""
    return {name: list(connection.execute(select(table))) for name, table in metadata.tables.items()}


async def tables_with(relay: Relay, word: str) -> set[str]:
    """Return the tables in which a word stands."""
    await relay.context.store.flushed()
    tables = await relay.context.store.read(everything)
    return {name for name, rows in tables.items() if any(word in str(tuple(row)) for row in rows)}


def master_of(identity: Identity) -> SigningKey:
    """Return the master key of an identity."""
    seed = identity.state().master_seed
    assert seed is not None
    return SigningKey(seed)


def fresh(party: Party, session: aiohttp.ClientSession) -> RelayHttp:
    """Return calls of the same device that hold no token yet."""
    return RelayHttp(party.http.base_url, session, party.device, party.clock)


class TestWhatIsLeft:
    @both_databases
    async def test_nothing_names_the_customer_any_more(self, relay: Relay, ines: Party, airline: Party) -> None:
        await ines.upload_keys(3)
        await ines.agree(airline, "utility")
        await (await ines.connect()).send(ines.envelope(airline))
        await (await airline.connect()).send(airline.envelope(ines))
        known = {"accounts", "devices", "relations", "consent_records", "one_time_keys", "fallback_keys", "mailbox"}
        for name in ("accounts", "devices", "relations", "consent_records"):
            assert name in await tables_with(relay, ines.account)
        await ines.erase_account()
        # What waits for the company is the company's: the message, and the note that the account is gone.
        assert await tables_with(relay, ines.account) <= {"mailbox"}
        tables = await relay.context.store.read(everything)
        assert not tables["one_time_keys"]
        assert not tables["fallback_keys"]
        assert known <= tables.keys()

    @both_databases
    async def test_a_consent_record_leaves_its_hash_alone(self, relay: Relay, ines: Party, airline: Party) -> None:
        await ines.agree(airline, "utility")
        head = ines.head
        await ines.erase_account()
        (row,) = await relay.context.store.read(lambda connection: list(connection.execute(select(consent_records))))
        assert (row.hash, row.customer, row.record, row.receipt) == (head, "", "", "")
        assert row.accepted_at % 86_400 == 0

    @both_databases
    async def test_the_account_id_never_serves_again(
        self, relay: Relay, ines: Party, clock: MovableClock, session: aiohttp.ClientSession
    ) -> None:
        await ines.erase_account()
        device, _ = new_device(relay, clock, ines.identity)
        http = RelayHttp(relay.url, session, device, clock)
        again = CreateAccount(account=ines.account, device_keys=device.device_keys())
        await refused(http.create_account(again), 409, "account")

    async def test_files_and_backups_go_from_the_object_store(self, relay: Relay, ines: Party) -> None:
        token = await ines.token()
        stored = await ines.door.call("POST", "/v1/media", raw=b"sealed" * 100, token=token)
        assert stored.status == 201
        await ines.erase_account()
        left = [found async for found in relay.context.media.objects.list("")]
        assert left == []


class TestWhoIsTold:
    async def test_companies_that_know_the_customer(self, ines: Party, airline: Party, join_relay: Join) -> None:
        stranger = await join_relay(handle="fremd")
        await ines.agree(airline, "utility")
        socket, other = await airline.connect(), await stranger.connect()
        erasure = await ines.erase_account()
        _, event = await socket.hear_events(2)
        assert event.note is not None
        assert (event.note.what, event.note.account) == ("erased", ines.account)
        # The account's own word goes with it, as it was signed.
        assert event.note.record == erasure
        assert other.events == []

    async def test_a_company_that_was_blocked_learns_of_the_erasure_and_not_of_the_block(
        self, ines: Party, airline: Party
    ) -> None:
        await ines.http.block(airline.account)
        socket = await airline.connect()
        await ines.erase_account()
        (event,) = await socket.hear_events(1)
        assert event.note is not None
        assert event.note.what == "erased"

    async def test_the_other_devices_and_nobody_else(
        self, relay: Relay, ines: Party, join_relay: Join, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        phone = await join_relay(identity=ines.identity)
        socket = await phone.connect()
        erasure = await ines.erase_account()
        assert await socket.closed() == 4410
        gone = await refused(fresh(phone, session).token(), 410, "account")
        assert (gone.error.code, gone.error.record) == ("erased", erasure)
        # Who holds none of its keys hears what is heard of any name.
        device, _ = new_device(relay, clock, ines.identity)
        await refused(RelayHttp(relay.url, session, device, clock).token(), 401)

    async def test_what_a_company_sends_from_then_on_is_refused_as_to_nobody(self, ines: Party, airline: Party) -> None:
        await ines.agree(airline, "utility")
        await ines.erase_account()
        (result,) = await (await airline.connect()).send(airline.envelope(ines, kind="template"))
        assert result.refusal is not None
        assert result.refusal.code == "undeliverable"

    @both_databases
    async def test_a_device_that_comes_back_after_two_years_is_a_stranger(
        self, relay: Relay, ines: Party, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        await ines.erase_account()
        clock.advance(730 * DAY - 60)
        await expire_erasures(relay.context)
        await refused(fresh(ines, session).token(), 410, "account")
        clock.advance(120)
        await expire_erasures(relay.context)
        await refused(fresh(ines, session).token(), 401)
        tables = await relay.context.store.read(everything)
        assert [row.record for row in tables["erased_accounts"]] == [None]
        assert ines.device.device_keys()["keys"][f"ed25519:{ines.device.device}"] not in str(tables["devices"])


class TestWhoMayErase:
    async def test_a_company_cannot(self, airline: Party) -> None:
        await refused(airline.erase_account(), 403, "account")

    async def test_what_the_account_did_not_sign_as_it_stands_erases_nothing(
        self, ines: Party, airline: Party, clock: MovableClock
    ) -> None:
        device, now = ines.device.device, int(clock.now())
        erasure = Erasure(account=ines.account, device=device, at=now)
        elsewhere = ines.identity.erase(airline.device.device, now)
        sealed_for = {
            # A device's key is not the account's: a company could not check it once the account is gone.
            "record.key": ines.sign(erasure),
            "record.account": sign_record(
                msgspec.structs.replace(erasure, account=airline.account), master_of(ines.identity)
            ),
            "record.device": elsewhere,
            "record.at": ines.identity.erase(device, now + 2 * DAY),
            "record": msgspec.structs.replace(elsewhere, record=ines.identity.erase(device, now).record),
        }
        for field, record in sealed_for.items():
            await refused(ines.http.erase_account(record), 400, field)
        await refused(ines.http.erase_account(airline.identity.erase(device, now)), 400, "record.key")
        await ines.agree(airline, "utility")

    async def test_a_device_that_its_account_did_not_certify_cannot(
        self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        device, _ = new_device(relay, clock, certified=False)
        http = RelayHttp(relay.url, session, device, clock)
        await http.create_account(CreateAccount(account=device.account, device_keys=device.device_keys()))
        identity = Identity.create(device.account, bytes(64))
        await refused(http.erase_account(identity.erase(device.device, clock.now())), 403, "device")
