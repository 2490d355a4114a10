"""Why a relay did not do what was asked.

RelayError
├── RelayUnreachable  temporary: no connection, no answer in time, or an answer that is none
├── RelayRefused      the relay's own error object; `temporary` tells whether trying again can help
└── LinkFull          the live link's queue holds as much as it may: wait for room
"""

from __future__ import annotations

from handschlag.wire.http import ErrorBody

_TEMPORARY_CODES = frozenset({"rate_limited", "unavailable"})


class RelayError(Exception):
    """A relay did not do what was asked."""


class RelayUnreachable(RelayError):
    """No usable answer; asking again later is right."""

    def __init__(self, route: str, reason: str) -> None:
        self.route = route
        super().__init__(f"{route}: {reason}")


class RelayRefused(RelayError):
    """The relay answered with an error."""

    def __init__(self, route: str, status: int, error: ErrorBody) -> None:
        self.route = route
        self.status = status
        self.error = error
        self.code = error.code
        self.temporary = error.code in _TEMPORARY_CODES or status >= 500  # noqa: PLR2004  HTTP's server errors
        super().__init__(f"{route}: {status} {error.code}: {error.message}")


class LinkFull(RelayError):
    """The live link takes no more envelopes now; nothing of this call was taken."""

    def __init__(self, given: int, room: int) -> None:
        self.room = room
        super().__init__(f"got {given} envelopes, room for {room}")
