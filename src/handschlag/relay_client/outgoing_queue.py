"""Envelopes on their way to the relay: waiting, then in flight until their result; after a lost connection in flight
waits again.

Sending an envelope twice is harmless: the relay keeps an (id, attempt) once and answers the second as the first. What
cannot be known after a lost connection: whether the relay took what was in flight; so it is sent again, in the old
order.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from handschlag.relay_client.errors import LinkFull
from handschlag.wire.envelope import OutgoingEnvelope
from handschlag.wire.frames import Result
from handschlag.wire.ids import EnvelopeId
from handschlag.wire.limits import ENVELOPES_PER_FRAME, FRAME_BYTES

_Key = tuple[EnvelopeId, int]

# What a header and its names add to the bodies, and what a frame adds around them; generous.
_HEADER_BYTES = 1024
_FRAME_OVERHEAD_BYTES = 1024


def envelope_bytes(envelope: OutgoingEnvelope) -> int:
    """Return about how many bytes an envelope takes in a frame, never less."""
    return _HEADER_BYTES + sum(
        len(memoryview(body)) + 64 for bodies in envelope.bodies.values() for body in bodies.values()
    )


class OutgoingQueue:
    """At most `limit` envelopes without a result."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: OrderedDict[_Key, OutgoingEnvelope] = OrderedDict()
        self._in_flight: OrderedDict[_Key, OutgoingEnvelope] = OrderedDict()

    @property
    def room(self) -> int:
        """How many more envelopes may be added."""
        return self._limit - len(self._waiting) - len(self._in_flight)

    @property
    def waiting(self) -> int:
        """How many wait to be sent."""
        return len(self._waiting)

    def add(self, envelopes: list[OutgoingEnvelope]) -> None:
        """Queue envelopes in order; raises LinkFull and takes none. One that is queued or in flight already is not added again."""
        if len(envelopes) > self.room:
            raise LinkFull(len(envelopes), self.room)
        for envelope in envelopes:
            key = (envelope.header.id, envelope.header.attempt)
            if key not in self._in_flight:
                self._waiting.setdefault(key, envelope)

    def take_frame(self) -> list[OutgoingEnvelope]:
        """Return the next envelopes that fit one frame, now in flight; [] when none waits."""
        taken: list[OutgoingEnvelope] = []
        size = _FRAME_OVERHEAD_BYTES
        while self._waiting and len(taken) < ENVELOPES_PER_FRAME:
            key, envelope = next(iter(self._waiting.items()))
            size += envelope_bytes(envelope)
            if taken and size > FRAME_BYTES:
                break
            self._waiting.popitem(last=False)
            self._in_flight[key] = envelope
            taken.append(envelope)
        return taken

    def settle(self, results: Iterable[Result]) -> None:
        """Forget envelopes that have their result."""
        for result in results:
            self._in_flight.pop((result.id, result.attempt), None)

    def disconnected(self) -> None:
        """Let what was in flight wait again, before everything else."""
        self._in_flight.update(self._waiting)
        self._waiting = self._in_flight
        self._in_flight = OrderedDict()
