"""Envelopes on their way: in order, each once, none lost, in frames the relay takes."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handschlag.relay_client.errors import LinkFull
from handschlag.relay_client.outgoing_queue import OutgoingQueue, envelope_bytes
from handschlag.wire.envelope import Header, OutgoingEnvelope
from handschlag.wire.frames import Result, Send
from handschlag.wire.ids import AccountId, DeviceId, EnvelopeId
from handschlag.wire.limits import ENVELOPES_PER_FRAME, FRAME_BYTES
from tests.wire.strategies import QUICK

A, B, DEVICE = AccountId("@" + "a" * 26 + ":r"), AccountId("@" + "b" * 26 + ":r"), DeviceId("ABCDEFGHIJ")


def envelope(number: int, size: int = 10, attempt: int = 0) -> OutgoingEnvelope:
    header = Header(
        id=EnvelopeId(f"019b2c3d-4e5f-7a6b-8c7d-{number:012d}"), sender=A, from_device=DEVICE, to=B,
        kind="service", sent_at=1, size=256, attempt=attempt,
    )  # fmt: skip
    return OutgoingEnvelope(header=header, bodies={B: {DEVICE: msgspec.Raw(b'"' + b"x" * size + b'"')}})


def numbers(envelopes: list[OutgoingEnvelope]) -> list[int]:
    return [int(e.header.id[-12:]) for e in envelopes]


def drain(queue: OutgoingQueue) -> list[list[OutgoingEnvelope]]:
    frames = []
    while frame := queue.take_frame():
        frames.append(frame)
    return frames


@QUICK
@given(st.lists(st.integers(1, 90_000), max_size=300))
def test_frames_hold_everything_in_order_and_keep_the_relays_limits(sizes: list[int]) -> None:
    queue = OutgoingQueue(1000)
    queue.add([envelope(n, size) for n, size in enumerate(sizes)])
    frames = drain(queue)
    assert [n for frame in frames for n in numbers(frame)] == list(range(len(sizes)))
    for frame in frames:
        assert len(frame) <= ENVELOPES_PER_FRAME
        assert len(msgspec.json.encode(Send(envelopes=frame))) <= FRAME_BYTES


@QUICK
@given(st.data())
def test_whatever_happens_every_envelope_has_a_result_in_the_end_and_the_order_stays(data: st.DataObject) -> None:
    """Frames are taken, some are answered, the connection is lost again and again."""
    queue, settled, count = OutgoingQueue(50), set[int](), 0
    for _ in range(data.draw(st.integers(0, 30))):
        step = data.draw(st.sampled_from(["add", "take", "settle", "lose", "repeat"]))
        if step == "add":
            new = [envelope(count), envelope(count + 1)][: queue.room]
            queue.add(new)
            count += len(new)
        elif step == "repeat" and count and queue.room:
            pending = [*queue._in_flight.values(), *queue._waiting.values()]
            queue.add(pending[:1])
        elif step == "take":
            queue.take_frame()
        elif step == "settle":
            first = list(queue._in_flight.values())[: data.draw(st.integers(0, 3))]
            settled |= set(numbers(first))
            queue.settle(Result(id=e.header.id, attempt=e.header.attempt) for e in first)
        else:
            queue.disconnected()
    queue.disconnected()
    left = [n for frame in drain(queue) for n in numbers(frame)]
    assert left == sorted(set(range(count)) - settled)


def test_more_than_the_limit_is_refused_as_a_whole() -> None:
    queue = OutgoingQueue(3)
    queue.add([envelope(1), envelope(2)])
    with pytest.raises(LinkFull) as refused:
        queue.add([envelope(3), envelope(4)])
    assert refused.value.room == queue.room == 1
    assert numbers([e for frame in drain(queue) for e in frame]) == [1, 2]


def test_a_result_of_one_attempt_says_nothing_of_another() -> None:
    queue = OutgoingQueue(10)
    queue.add([envelope(1), envelope(1, attempt=1)])
    queue.take_frame()
    queue.settle([Result(id=envelope(1).header.id, attempt=1)])
    queue.disconnected()
    assert [e.header.attempt for e in queue.take_frame()] == [0]


def test_the_estimate_of_an_envelopes_bytes_is_never_too_small() -> None:
    for size in (0, 1, 500, 90_000):
        one = envelope(1, size)
        assert envelope_bytes(one) >= len(msgspec.json.encode(one))
