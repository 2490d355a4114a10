"""Mailboxes (spec/wire.md sections 3 and 4): first in, first out, kept until acknowledged, noted once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay
from handschlag.relay_client.http import RelayHttp
from handschlag.wire.frames import Event, Note
from handschlag.wire.http import CreateAccount
from handschlag.wire.limits import ENVELOPE_SECONDS
from tests.relay.conftest import Join, StartRelay, both_databases
from tests.support.relay_door import LiveSocket
from tests.support.relay_party import Party, new_device


def ids_of(events: list[Event]) -> list[str]:
    return [msgspec.json.decode(event.header)["id"] for event in events if isinstance(event.header, msgspec.Raw)]


def notes_of(socket: LiveSocket) -> list[Note]:
    return [event.note for event in socket.events if event.note is not None]


async def rows(relay: Relay) -> int:
    return await relay.store.read(lambda c: c.exec_driver_sql("select count(*) from mailbox").scalar_one())


async def quiet(socket: LiveSocket, sender: Party, to: Party) -> None:
    """Return when everything that was on its way before is done: a refused envelope is answered after it."""
    (result,) = await socket.send(sender.envelope(to, size=7))
    assert result.refusal is not None


class TestDelivery:
    @both_databases
    async def test_envelopes_arrive_in_order_as_they_were_sent(self, airline: Party, ines: Party) -> None:
        sender, receiver = await ines.connect(), await airline.connect()
        sent = [ines.envelope(airline) for _ in range(250)]
        for start in range(0, 250, 50):
            results = await sender.send(*sent[start : start + 50])
            assert [result.refusal for result in results] == [None] * 50
        events = await receiver.hear_events(250)
        assert ids_of(events) == [envelope["header"]["id"] for envelope in sent]
        numbers = [event.number for event in events]
        assert numbers == sorted(set(numbers))
        assert isinstance(events[0].body, msgspec.Raw)
        assert msgspec.json.decode(events[0].body) == sent[0]["bodies"][airline.account][airline.device.device]

    @both_databases
    async def test_what_waits_arrives_before_what_comes_later(self, airline: Party, ines: Party) -> None:
        sender = await ines.connect()
        first = [ines.envelope(airline) for _ in range(30)]
        await sender.send(*first)
        receiver = await airline.connect()
        later = [ines.envelope(airline) for _ in range(30)]
        for envelope in later:
            await sender.send(envelope)
        assert ids_of(await receiver.hear_events(60)) == [e["header"]["id"] for e in first + later]

    async def test_welcome_says_how_many_events_wait(self, airline: Party, ines: Party) -> None:
        await (await ines.connect()).send(*(ines.envelope(airline) for _ in range(3)))
        assert (await (await airline.door.socket()).hello(await airline.token()))["waiting"] == 3


class TestAcknowledgement:
    @both_databases
    async def test_an_acknowledgement_deletes_rows_and_notes_each_message_once(
        self, relay: Relay, airline: Party, ines: Party
    ) -> None:
        sender, receiver = await ines.connect(), await airline.connect()
        sent = [ines.envelope(airline) for _ in range(5)]
        await sender.send(*sent, ines.envelope(airline, kind="receipt"), ines.envelope(airline, kind="system"))
        await receiver.hear_events(7)
        await receiver.acknowledge()
        await receiver.acknowledge()
        await sender.hear_events(5)
        notes = notes_of(sender)
        assert [(note.what, note.id) for note in notes] == [("delivered", e["header"]["id"]) for e in sent]
        assert {(note.account, note.device) for note in notes} == {(airline.account, airline.device.device)}
        await sender.acknowledge()
        await quiet(sender, ines, airline)
        assert await rows(relay) == 0
        assert len(sender.events) == 5

    async def test_a_part_may_be_acknowledged(self, airline: Party, ines: Party) -> None:
        sender, receiver = await ines.connect(), await airline.connect()
        await sender.send(*(ines.envelope(airline) for _ in range(5)))
        events = await receiver.hear_events(5)
        await receiver.acknowledge(events[1].number)
        await sender.hear_events(2)
        again = await airline.connect()
        assert ids_of(await again.hear_events(3)) == ids_of(events[2:])

    async def test_hello_acknowledges_up_to_the_number_it_names(self, airline: Party, ines: Party) -> None:
        sender, receiver = await ines.connect(), await airline.connect()
        await sender.send(*(ines.envelope(airline) for _ in range(4)))
        events = list(await receiver.hear_events(4))
        await receiver.close()
        again = await airline.connect(last=events[1].number)
        assert ids_of(await again.hear_events(2)) == ids_of(events[2:])
        await sender.hear_events(2)
        assert [note.what for note in notes_of(sender)] == ["delivered", "delivered"]

    @pytest.mark.parametrize("last", [-1, -(2**70), 2**53, 2**70])
    async def test_a_last_number_this_relay_never_gave_acknowledges_nothing(
        self, relay: Relay, airline: Party, ines: Party, last: int
    ) -> None:
        sender = await ines.connect()
        await sender.send(*(ines.envelope(airline) for _ in range(3)))
        receiver = await airline.connect(last=last)
        await receiver.hear_events(3)
        await sender.send(ines.envelope(airline))
        await receiver.hear_events(4)
        assert await rows(relay) == 4

    async def test_an_acknowledgement_beyond_what_was_sent_takes_no_later_event(
        self, airline: Party, ines: Party
    ) -> None:
        sender, receiver = await ines.connect(), await airline.connect()
        await sender.send(ines.envelope(airline))
        await receiver.hear_events(1)
        await receiver.acknowledge(2**70)
        await sender.hear_events(1)
        await sender.send(ines.envelope(airline))
        await receiver.hear_events(2)
        await receiver.acknowledge(-5)
        await quiet(sender, ines, airline)
        assert len(await (await airline.connect()).hear_events(1)) == 1

    async def test_an_acknowledgement_concerns_the_own_mailbox_alone(
        self, airline: Party, ines: Party, join_relay: Join
    ) -> None:
        other = await join_relay(handle="other-air")
        sender = await ines.connect()
        await sender.send(ines.envelope(other), ines.envelope(airline), ines.envelope(other))
        receiver = await airline.connect()
        (event,) = await receiver.hear_events(1)
        await receiver.close()
        await airline.connect(last=event.number + 1)
        await sender.hear_events(1)
        assert len(await (await other.connect()).hear_events(2)) == 2


class TestTwice:
    @both_databases
    async def test_an_envelope_sent_again_is_answered_alike_and_kept_once(
        self, relay: Relay, airline: Party, ines: Party
    ) -> None:
        sender = await ines.connect()
        envelope = ines.envelope(airline)
        first, second = await sender.send(envelope, envelope)
        (third,) = await sender.send(envelope)
        assert first == second == third
        assert await rows(relay) == 1

    async def test_another_attempt_is_another_envelope(self, relay: Relay, airline: Party, ines: Party) -> None:
        sender = await ines.connect()
        envelope = ines.envelope(airline)
        again = envelope | {"header": envelope["header"] | {"attempt": 1}}
        results = await sender.send(envelope, again)
        assert [(result.attempt, result.refusal) for result in results] == [(0, None), (1, None)]
        assert await rows(relay) == 2

    async def test_somebody_elses_id_is_no_answer(
        self, relay: Relay, airline: Party, ines: Party, join_relay: Join
    ) -> None:
        """What was accepted from one sender says nothing about another's envelope of the same name."""
        other, company = await join_relay(), await join_relay(handle="other-air")
        envelope = ines.envelope(airline)
        await (await ines.connect()).send(envelope)
        same = other.envelope(company, id=envelope["header"]["id"])
        (result,) = await (await other.connect()).send(same)
        assert result.refusal is None
        assert await rows(relay) == 2

    @both_databases
    async def test_an_envelope_sent_again_after_a_restart_is_answered_and_kept_and_noted_once(
        self, relay: Relay, start_relay: StartRelay, airline: Party, ines: Party
    ) -> None:
        """The cap is used up and the message waits: asked again, the relay says what it said."""
        await ines.agree(airline, "utility")
        sender = await airline.connect()
        sent = [airline.envelope(ines, kind="template") for _ in range(3)]
        results = await sender.send(*sent)
        assert [result.refusal for result in results] == [None] * 3
        await relay.stop()
        relay = await start_relay(port=relay.port)
        sender, receiver = await airline.connect(), await ines.connect()
        again = await sender.send(*sent)
        assert [(r.id, r.pricing, r.refusal) for r in again] == [(r.id, r.pricing, None) for r in results]
        assert [int(result.at) for result in again] == [int(result.at) for result in results]
        assert len(await receiver.hear_events(3)) == 3
        await receiver.acknowledge()
        notes = [note for note in [e.note for e in await sender.hear_events(4)] if note is not None]
        assert [note.what for note in notes] == ["grant"] + ["delivered"] * 3
        await sender.send(*sent)
        await sender.acknowledge()
        await quiet(sender, airline, ines)
        assert (len(receiver.events), await rows(relay)) == (3, 0)
        welcome = await (await ines.door.socket()).hello(await ines.token())
        assert welcome["waiting"] == 0

    async def test_what_was_fetched_before_it_is_asked_for_again_is_not_kept_again(
        self, relay: Relay, start_relay: StartRelay, airline: Party, ines: Party
    ) -> None:
        envelope = ines.envelope(airline)
        await (await ines.connect()).send(envelope)
        await relay.stop()
        relay = await start_relay(port=relay.port)
        receiver = await airline.connect()
        await receiver.hear_events(1)
        await receiver.acknowledge()
        sender = await ines.connect()
        await sender.hear_events(1)
        (result,) = await sender.send(envelope)
        assert result.refusal is None
        await sender.acknowledge()
        await quiet(sender, ines, airline)
        assert await rows(relay) == 0


class TestExpiry:
    @both_databases
    async def test_an_unfetched_envelope_is_forgotten_after_its_time_and_its_sender_told(
        self, relay: Relay, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        sender = await ines.connect()
        short = ines.envelope(airline, ttl=60)
        await sender.send(short, ines.envelope(airline, kind="receipt", ttl=60), ines.envelope(airline))
        clock.advance(59)
        assert await relay.expire_now() == 0
        clock.advance(2)
        assert await relay.expire_now() == 2
        (event,) = await sender.hear_events(1)
        assert event.note is not None
        assert (event.note.what, event.note.id) == ("expired", short["header"]["id"])
        assert len(await (await airline.connect()).hear_events(1)) == 1

    async def test_nothing_is_kept_longer_than_thirty_days(
        self, relay: Relay, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        sender = await ines.connect()
        await sender.send(ines.envelope(airline))
        await sender.close()
        clock.advance(ENVELOPE_SECONDS + 1)
        assert await relay.expire_now() == 1
        clock.advance(ENVELOPE_SECONDS + 1)
        assert await relay.expire_now() == 1
        assert await rows(relay) == 0

    async def test_what_is_on_its_way_to_a_device_is_left_alone_and_keeps_nobody_elses_waiting(
        self, relay: Relay, airline: Party, ines: Party, join_relay: Join, clock: MovableClock
    ) -> None:
        other = await join_relay(handle="other-air")
        sender, receiver = await ines.connect(), await airline.connect()
        for _ in range(3):
            await sender.send(*(ines.envelope(airline, ttl=60) for _ in range(200)))
        await receiver.hear_events(600)
        await sender.send(ines.envelope(other, ttl=60))
        clock.advance(61)
        assert await relay.expire_now() == 1
        await receiver.acknowledge()
        await sender.hear_events(601)
        assert [note.what for note in notes_of(sender)] == ["expired"] + ["delivered"] * 600

    async def test_a_device_goes_on_after_what_it_was_to_get_has_expired(
        self, relay: Relay, airline: Party, ines: Party, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It had too much unacknowledged, so events waited in the database; they are gone when there is room again."""
        sender, receiver = await ines.connect(), await airline.connect()
        for _ in range(5):
            await sender.send(*(ines.envelope(airline) for _ in range(200)))
        await receiver.hear_events(1000)
        await sender.send(*(ines.envelope(airline, ttl=60) for _ in range(3)))
        clock.advance(61)
        assert await relay.expire_now() == 3
        looks = 0
        page = relay.context.mailroom.page

        async def counted(mailbox: int, after: int, limit: int) -> list[Any]:
            nonlocal looks
            looks += 1
            return await page(mailbox, after, limit)

        monkeypatch.setattr(relay.context.mailroom, "page", counted)
        await receiver.acknowledge()
        await sender.hear_events(1000)
        await sender.acknowledge()
        await sender.hear_events(1003)
        for _ in range(20):
            await quiet(sender, ines, airline)
        assert looks < 5, "it looks again and again for what is gone"
        last = ines.envelope(airline)
        await sender.send(last)
        assert ids_of(await receiver.hear_events(1001))[-1] == last["header"]["id"]


@both_databases
async def test_everything_waits_over_a_restart_and_numbers_never_go_back(
    relay: Relay, start_relay: StartRelay, airline: Party, ines: Party
) -> None:
    sent = [ines.envelope(airline) for _ in range(3)]
    await (await ines.connect()).send(*sent[:2])
    before = (await (await airline.connect()).hear_events(2))[-1].number
    await relay.stop()
    await start_relay(port=relay.port)
    receiver, sender = await airline.connect(last=before - 1), await ines.connect()
    await sender.send(sent[2])
    events = await receiver.hear_events(2)
    assert ids_of(events) == [envelope["header"]["id"] for envelope in sent[1:]]
    assert events[-1].number > before


class TestDevices:
    @pytest.fixture
    async def phone(self, join_relay: Join, ines: Party) -> Party:
        """A second device of the customer."""
        return await join_relay(identity=ines.identity)

    async def refusal(self, socket: LiveSocket, envelope: dict[str, Any]) -> Any:
        (result,) = await socket.send(envelope)
        return result.refusal

    async def test_a_message_is_sealed_for_every_device_and_for_the_own_others(
        self, airline: Party, ines: Party, phone: Party
    ) -> None:
        sender = await ines.connect()
        refusal = await self.refusal(sender, ines.envelope(airline))
        assert refusal.code == "stale_devices"
        assert refusal.devices == {airline.account: [airline.device.device], ines.account: [phone.device.device]}
        assert await self.refusal(sender, ines.envelope(airline, own=(phone,))) is None
        company = await airline.connect()
        assert (await self.refusal(company, airline.envelope(ines))).code == "stale_devices"
        assert await self.refusal(company, airline.envelope(ines, phone)) is None
        assert len(await (await phone.connect()).hear_events(2)) == 2

    async def test_too_many_devices_or_accounts_are_stale_too_and_nothing_is_kept(
        self, relay: Relay, airline: Party, ines: Party, join_relay: Join
    ) -> None:
        stranger = await join_relay()
        sender = await ines.connect()
        for envelope in (
            ines.envelope(airline, own=(ines,)),
            ines.envelope(airline) | {"bodies": {}},
            ines.envelope(airline, stranger),
        ):
            assert (await self.refusal(sender, envelope)).code == "stale_devices"
        more = ines.envelope(airline)
        more["bodies"][stranger.account] = {
            stranger.device.device: more["bodies"][airline.account][airline.device.device]
        }
        assert (await self.refusal(sender, more)).code == "stale_devices"
        assert await rows(relay) == 0

    async def test_each_device_of_the_recipient_notes_its_delivery_and_own_copies_note_nothing(
        self, airline: Party, ines: Party, phone: Party
    ) -> None:
        sender = await ines.connect()
        await sender.send(ines.envelope(airline, own=(phone,)))
        copy = await phone.connect()
        await copy.hear_events(1)
        await copy.acknowledge()
        company = await airline.connect()
        await company.hear_events(1)
        await company.acknowledge()
        # The first note says that the phone was added.
        await sender.hear_events(2)
        assert [(note.what, note.account) for note in notes_of(sender)[1:]] == [("delivered", airline.account)]
        message = airline.envelope(ines, phone)
        await company.send(message)
        for device, socket in ((ines, sender), (phone, copy)):
            await socket.hear_events(3 if device is ines else 2)
            await socket.acknowledge()
            await company.hear_events(2 if device is ines else 3)
        assert {note.device for note in notes_of(company)} == {ines.device.device, phone.device.device}

    async def test_a_device_nobody_certified_sends_nothing(
        self, relay: Relay, airline: Party, session: Any, clock: MovableClock
    ) -> None:
        device, identity = new_device(relay, clock)
        http = RelayHttp(relay.url, session, device, clock)
        await http.create_account(CreateAccount(account=device.account, device_keys=device.device_keys()))
        party = Party(device, identity, http, clock, airline.door)
        refusal = await self.refusal(await party.connect(), party.envelope(airline))
        assert (refusal.code, await rows(relay)) == ("bad_envelope", 0)
