"""Ids of our own envelopes: UUIDv7 that grow with every one, so that order by id is the order in which things were written."""

from __future__ import annotations

import os

from handschlag.wire.ids import EnvelopeId, make_envelope_id

_COUNTS = 4096


class EnvelopeIds:
    """Counts within a millisecond in the twelve bits that RFC 9562 leaves for it; a clock that goes back does not matter."""

    def __init__(self) -> None:
        self._millisecond = 0
        self._count = 0

    def next(self, now: float) -> EnvelopeId:
        """Return an id that is higher than all before."""
        millisecond = int(now * 1000)
        if millisecond > self._millisecond:
            self._millisecond, self._count = millisecond, 0
        else:
            self._count += 1
            if self._count == _COUNTS:
                self._millisecond, self._count = self._millisecond + 1, 0
        # Half a millisecond keeps the division from rounding down to the one before.
        return make_envelope_id((self._millisecond + 0.5) / 1000, self._count.to_bytes(2, "big") + os.urandom(8))
