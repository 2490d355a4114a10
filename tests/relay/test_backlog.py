"""Large mailboxes and slow devices (spec/wire.md section 4): in pages, within bounds, and nobody waits for anybody."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import msgspec
import pytest

from handschlag.relay.app import Relay
from handschlag.relay.live import socket as live
from handschlag.wire.frames import CLOSE_RATE_LIMITED
from handschlag.wire.limits import (
    BUCKETS,
    ENVELOPES_PER_FRAME,
    FRAME_BYTES,
    UNACKNOWLEDGED_BYTES,
    UNACKNOWLEDGED_EVENTS,
)
from tests.relay.conftest import Join, both_databases
from tests.support.relay_door import LiveSocket
from tests.support.relay_party import Party
from tests.support.waiting import until


async def fill(sender: LiveSocket, ines: Party, to: Party, count: int, size: int = 256) -> list[str]:
    """Send envelopes and return their ids."""
    sent = [ines.envelope(to, size=size) for _ in range(count)]
    step = min(ENVELOPES_PER_FRAME, max(1, FRAME_BYTES // (3 * size)))
    for start in range(0, count, step):
        assert all(result.refusal is None for result in await sender.send(*sent[start : start + step]))
    return [envelope["header"]["id"] for envelope in sent]


def ids_of(socket: LiveSocket) -> list[str]:
    return [msgspec.json.decode(event.header)["id"] for event in socket.events if isinstance(event.header, msgspec.Raw)]


@both_databases
async def test_a_mailbox_of_thousands_is_fetched_in_order_a_thousand_unacknowledged_at_most(
    airline: Party, ines: Party
) -> None:
    sent = await fill(await ines.connect(), ines, airline, 2600)
    receiver = await airline.connect()
    await receiver.hear_events(UNACKNOWLEDGED_EVENTS)
    # Whatever the relay would send beyond its bound comes before the answer to a frame of our own.
    await receiver.send(airline.envelope(ines, size=7))
    assert len(receiver.events) == UNACKNOWLEDGED_EVENTS
    while len(receiver.events) < len(sent):
        await receiver.acknowledge()
        await receiver.hear_events(min(len(sent), len(receiver.events) + 1))
    assert ids_of(receiver) == sent


async def test_new_envelopes_wait_their_turn_behind_what_a_slow_device_has_not_fetched(
    airline: Party, ines: Party
) -> None:
    sender, receiver = await ines.connect(), await airline.connect()
    sent = await fill(sender, ines, airline, UNACKNOWLEDGED_EVENTS + 50)
    await receiver.hear_events(UNACKNOWLEDGED_EVENTS)
    await receiver.acknowledge()
    sent += await fill(sender, ines, airline, 50)
    await receiver.hear_events(len(sent))
    assert ids_of(receiver) == sent


async def test_a_mailbox_of_the_largest_envelopes_is_fetched_in_frames_below_the_limit(
    airline: Party, ines: Party
) -> None:
    sent = await fill(await ines.connect(), ines, airline, 130, size=BUCKETS[-1])
    receiver = await airline.connect()
    await receiver.hear_events(1)
    while len(receiver.events) < len(sent):
        await receiver.acknowledge()
        await receiver.hear_events(len(receiver.events) + 1)
    assert ids_of(receiver) == sent
    assert receiver.longest_frame <= FRAME_BYTES


async def test_a_device_that_does_not_read_holds_up_bounded_memory_and_nobody_else(
    relay: Relay, airline: Party, ines: Party, join_relay: Join
) -> None:
    deaf, other = await airline.connect(), await join_relay(handle="other-air")
    sender, hearing = await ines.connect(), await other.connect()
    await fill(sender, ines, airline, 130, size=BUCKETS[-1])
    await fill(sender, ines, other, 10)
    await hearing.hear_events(10)
    (mailbox,) = [box for box in relay.context.mailroom._connected.values() if box.address.account == airline.account]
    assert mailbox._outstanding_bytes < UNACKNOWLEDGED_BYTES + 2 * BUCKETS[-1]
    await deaf.hear_events(1)
    again = await airline.connect()
    await again.hear_events(1)


async def test_a_device_that_reads_no_answers_is_closed_and_what_it_sent_before_is_kept(
    relay: Relay, airline: Party, ines: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_QUEUE_BYTES", 256 * 1024)
    sender = await ines.connect()
    kept = await fill(sender, ines, airline, 3)
    assert sender.web_socket._conn is not None
    assert sender.web_socket._conn.protocol is not None
    sender.web_socket._conn.protocol.pause_reading()
    frame = msgspec.json.encode({"type": "send", "envelopes": [ines.envelope(airline, size=7)] * 200}).decode()

    async def flood() -> None:
        with suppress(ConnectionError):
            while True:
                await sender.web_socket.send_str(frame)

    flooding = asyncio.create_task(flood())
    assert relay._sockets is not None
    (open_socket,) = relay._sockets._open.values()
    await until(lambda: open_socket._close is not None, 30)
    assert open_socket._close == (CLOSE_RATE_LIMITED, "too much unread")
    assert sum(map(len, open_socket._frames)) <= 256 * 1024
    await until(lambda: not relay.context.mailroom._connected)
    flooding.cancel()
    assert sender.web_socket._conn.transport is not None
    sender.web_socket._conn.transport.abort()
    receiver = await airline.connect()
    await receiver.hear_events(3)
    assert ids_of(receiver) == kept
