"""Restarts, lost connections, new devices and broken ratchets: nothing is lost, nothing is told twice."""

from __future__ import annotations

import asyncio
import secrets
import shutil

import msgspec
import pytest

from handschlag.content.message_id import message_id, parse_message_id
from handschlag.content.receipts import Resend, ResendRequest
from handschlag.gateway.workers.company_link import CompanyLink
from handschlag.wire.ids import make_envelope_id
from tests.gateway.customer import KEY
from tests.gateway.house import House


class TestRestart:
    async def test_what_was_accepted_while_the_relay_was_away_is_sent_when_it_is_back(self, house: House) -> None:
        anna = await house.customer()
        wa_id = house.contact_of(anna).wa_id
        port = house.relay.port
        await house.relay.stop()
        wamids = [await house.send_text(wa_id, f"nachher {n}") for n in range(5)]
        await house.restart_gateway()
        house.restart_relay(port)
        await house.relay.start()
        for wamid in wamids:
            await house.receiver.status(wamid, "delivered")
        assert anna.texts == [f"nachher {n}" for n in range(5)]

    async def test_statuses_after_a_restart_go_on_where_they_were(self, house: House) -> None:
        anna = await house.customer()
        wamid = await house.send_text(house.contact_of(anna).wa_id, "vor dem Neustart", biz_opaque_callback_data="x1")
        opened = await anna.text("vor dem Neustart")
        await house.receiver.status(wamid, "delivered")
        await house.restart_gateway()
        anna.read(opened.header.id)
        read = await house.receiver.status(wamid, "read")
        assert read["biz_opaque_callback_data"] == "x1"
        assert house.receiver.statuses_of(wamid) == ["sent", "delivered", "read"]

    async def test_what_was_delivered_was_sent_even_if_the_relays_answer_is_lost(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        anna = await house.customer()
        with monkeypatch.context() as deaf:
            # What the relay says reaches a process that ends before it works on it.
            deaf.setattr(CompanyLink, "_on_arrival", lambda _link, _batch: None)
            await house.restart_gateway()
            await house.gateway.wait_until_connected()
            wamid = await house.send_text(house.receiver.messages[0]["from"], "unbeantwortet")
            await anna.text("unbeantwortet")
            await house.gateway.stop()
        send = CompanyLink._send
        monkeypatch.setattr(
            CompanyLink, "_send", lambda link, all_: asyncio.get_running_loop().call_later(0.3, send, link, all_)
        )
        await house.start_gateway()
        await house.receiver.status(wamid, "delivered")
        assert house.receiver.statuses_of(wamid) == ["sent", "delivered"]

    async def test_ratchets_are_taken_up_where_they_were(self, house: House) -> None:
        anna = await house.customer()
        wa_id = None
        for n in range(4):
            await house.restart_gateway()
            await house.send_text(wa_id or house.receiver.messages[0]["from"], f"{n}")
            await anna.text(f"{n}")
            reply = anna.write(f"re {n}")
            await house.receiver.message(reply)
        assert anna.unopened == []

    async def test_a_read_receipt_twice_is_told_once(self, house: House) -> None:
        anna = await house.customer()
        wamid = await house.send_text(house.contact_of(anna).wa_id, "einmal")
        opened = await anna.text("einmal")
        anna.read(opened.header.id)
        anna.read(opened.header.id)
        await house.receiver.status(wamid, "read")
        last = anna.write("danach")
        await house.receiver.message(last)
        assert house.receiver.statuses_of(wamid).count("read") == 1

    async def test_somebody_elses_read_receipt_changes_nothing(self, house: House) -> None:
        anna = await house.customer()
        eve = await house.customer("Eve")
        wamid = await house.send_text(house.contact_of(anna).wa_id, "nur für Anna")
        opened = await anna.text("nur für Anna")
        eve.read(opened.header.id)
        last = eve.write("hihi")
        await house.receiver.message(last)
        assert "read" not in house.receiver.statuses_of(wamid)

    async def test_a_relay_restored_from_an_older_copy_is_heard(self, house: House) -> None:
        anna = await house.customer()
        port, data = house.relay.port, house.folder / "relay"
        await house.relay.stop()
        shutil.copytree(data, house.folder / "older")
        house.restart_relay(port)
        await house.relay.start()
        house.reconnect(anna)
        await house.receiver.message(anna.write("vor dem Brand"))
        await house.relay.stop()
        shutil.rmtree(data)
        (house.folder / "older").rename(data)
        house.restart_relay(port)
        # The copy is one start behind, so its numbers come again.
        await house.relay.start()
        house.reconnect(anna)
        await house.receiver.message(anna.write("nach dem Brand"))
        await house.restart_gateway()
        await house.receiver.message(anna.write("und weiter"))


class TestDevices:
    async def test_a_new_device_of_the_customer_gets_the_message_too(self, house: House) -> None:
        anna = await house.customer()
        wa_id = house.contact_of(anna).wa_id
        await house.send_text(wa_id, "ein Gerät")
        await anna.text("ein Gerät")
        await anna.replace_device(house.session)
        wamid = await house.send_text(wa_id, "zwei Geräte")
        await anna.text("zwei Geräte")
        await house.receiver.status(wamid, "delivered")
        assert house.receiver.statuses_of(wamid) == ["sent", "delivered"]

    async def test_a_removed_device_gets_nothing_more_not_even_when_the_relay_brings_it_back(
        self, house: House
    ) -> None:
        anna = await house.customer()
        wa_id = house.contact_of(anna).wa_id
        first = anna.device.device
        await anna.replace_device(house.session)
        await house.send_text(wa_id, "zwei Geräte")
        await anna.text("zwei Geräte")
        directory = house.relay.context.directory
        before = directory.peek_account(anna.account)
        assert before is not None
        assert first in before.certified
        await anna.http.remove_device(first, anna.identity.list_devices([anna.device.device], 2, house.clock.now()))
        await house.send_text(wa_id, "ein Gerät")
        await anna.text("ein Gerät")
        directory.put_account(before)
        lie = await anna.http.query_keys([anna.account])
        assert first in lie.device_keys[anna.account]
        device = house.gateway.running.companies[house.company.id].device
        device.learn_peer(anna.account, lie)
        assert set(device._peers[anna.account].devices) == {anna.device.device}


class TestHealing:
    async def test_a_message_that_was_not_readable_is_sealed_again_on_request(self, house: House) -> None:
        anna = await house.customer()
        wamid = await house.send_text(house.contact_of(anna).wa_id, "verloren")
        await anna.text("verloren")
        anna.opened.clear()
        anna.forget_opened()
        anna.ask_again(parse_message_id(wamid))
        again = await anna.text("verloren")
        assert again.header.attempt == 1
        assert message_id(again.header.id) == wamid

    async def test_after_three_repairs_the_message_has_failed(self, house: House) -> None:
        anna = await house.customer()
        wamid = await house.send_text(house.contact_of(anna).wa_id, "nie lesbar")
        for attempt in range(4):
            await anna.opened_attempt(attempt)
            anna.forget_opened()
            anna.ask_again(parse_message_id(wamid), attempt)
        status = await house.receiver.status(wamid, "failed")
        assert status["errors"][0]["code"] == 131026

    async def test_a_request_of_somebody_else_is_not_answered(self, house: House) -> None:
        anna = await house.customer()
        eve = await house.customer("Eve")
        wamid = await house.send_text(house.contact_of(anna).wa_id, "geheim")
        await anna.text("geheim")
        eve.ask_again(parse_message_id(wamid))
        last = eve.write("und?")
        await house.receiver.message(last)
        assert eve.texts == []

    async def test_a_gateway_restored_from_an_old_backup_talks_again_after_one_round_trip(self, house: House) -> None:
        anna = await house.customer()
        wa_id = house.contact_of(anna).wa_id
        await house.gateway.stop()
        backup = house.folder / "backup"
        shutil.copytree(house.folder / "gateway", backup)
        await house.start_gateway()
        for n in range(3):
            await house.send_text(wa_id, f"vergessen {n}")
            await anna.text(f"vergessen {n}")
            anna.write(f"auch vergessen {n}")
        await house.receiver.until(lambda: len(house.receiver.messages) == 4)
        await house.gateway.stop()
        shutil.rmtree(house.folder / "gateway")
        shutil.move(backup, house.folder / "gateway")
        await house.start_gateway()
        lost = anna.write("hört ihr mich?")
        asked = await anna.until(lambda: next((o for o in anna.opened if isinstance(o.content, ResendRequest)), None))
        assert [item.id for item in asked.content.resend] == [parse_message_id(lost)]
        anna.send_again(parse_message_id(lost), "hört ihr mich?", attempt=1)
        await house.receiver.message(lost)
        await house.send_text(wa_id, "ja, wieder da")
        await anna.text("ja, wieder da")

    async def test_what_is_awaited_is_asked_for_once_more_by_whoever_is_asked_until_it_comes(
        self, house: House
    ) -> None:
        anna = await house.customer()
        broken = anna.send_damaged("beschädigt")
        (first,) = await anna.questions(1)
        assert (first.resend, first.again) == ([Resend(id=broken)], False)
        # It is not forgotten with the process that asked.
        await house.restart_gateway()
        unknown = make_envelope_id(house.clock.now(), secrets.token_bytes(10))
        anna.ask_again(unknown)
        _, second = await anna.questions(2)
        assert (second.resend, second.again) == ([Resend(id=broken)], True)
        # Two that ask each other do not go on for ever.
        anna.send("receipt", msgspec.json.encode(ResendRequest(resend=[Resend(id=unknown)], again=True)))
        anna.send_again(broken, "beschädigt", attempt=1)
        await house.receiver.message(message_id(broken))
        anna.ask_again(unknown)
        await house.receiver.message(anna.write("danach"))
        await house.send_text(house.contact_of(anna).wa_id, "noch etwas")
        await anna.text("noch etwas")
        assert len(await anna.questions(2)) == 2


class TestAtRest:
    async def test_no_key_lies_open_in_the_database(self, house: House) -> None:
        anna = await house.customer()
        await house.send_text(house.contact_of(anna).wa_id, "x")
        await anna.text("x")
        secret = house.gateway.configuration.data_key.open(house.company.app_secret, "app_secret")
        master = (house.folder / "gateway" / "moewe-air" / "master.key").read_bytes()
        seed = house.gateway.configuration.data_key.open(house.company.self_signing_seed, "self_signing_seed")
        await house.gateway.stop()
        stored = b"".join(p.read_bytes() for p in (house.folder / "gateway").glob("gateway.sqlite3*"))
        for sealed in (secret, master, seed, house.token.encode(), house.gateway.configuration.data_key.raw):
            assert sealed not in stored
        assert (house.folder / "gateway" / "data.key").stat().st_mode & 0o077 == 0
        await house.start_gateway()

    async def test_the_gateway_works_without_its_master_key(self, house: House) -> None:
        (house.folder / "gateway" / "moewe-air" / "master.key").unlink()
        await house.restart_gateway()
        anna = await house.customer()
        await house.send_text(house.contact_of(anna).wa_id, "ohne")
        await anna.text("ohne")


async def test_many_at_once_arrive_once_and_in_order(house: House) -> None:
    people = [await house.customer(f"P{n}") for n in range(4)]
    wa_ids = [house.contact_of(person).wa_id for person in people]
    sends = [house.send_text(wa_id, f"{n}") for n in range(30) for wa_id in wa_ids]
    wamids = await asyncio.gather(*sends)
    for wamid in wamids:
        await house.receiver.status(wamid, "delivered")
    for person in people:
        assert sorted(person.texts, key=int) == [str(n) for n in range(30)]
        assert person.unopened == []
    assert KEY
