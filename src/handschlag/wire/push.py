"""Bodies of the push endpoints (spec/wire.md section 10): where a browser can be woken, and when it shall not be."""

from __future__ import annotations

import msgspec

from handschlag.wire.ids import AccountId


class QuietHours(msgspec.Struct, frozen=True):
    """Minutes of the day, from one up to and without the other, by the clocks of an IANA time zone; over midnight too."""

    start: int
    end: int
    zone: str


class MutedCompany(msgspec.Struct, frozen=True, omit_defaults=True):
    """A company that wakes nobody until a time; without one for ever."""

    business: AccountId
    until: int | None = None


class PushSubscription(msgspec.Struct, frozen=True, omit_defaults=True):
    """PUT /v1/push/subscription: what the browser's own `PushSubscription` says, and when not to use it."""

    endpoint: str
    p256dh: str
    auth: str
    quiet_hours: QuietHours | None = None
    muted: list[MutedCompany] = []


class PushState(msgspec.Struct, frozen=True):
    """GET /v1/push/subscription: what is kept of this device, null if nothing is."""

    subscription: PushSubscription | None


class PushTest(msgspec.Struct, frozen=True):
    """POST /v1/push/test: what became of a wake-up that was sent at once: `sent`, `gone`, `refused`, `unreachable`."""

    outcome: str


class WakeUp(msgspec.Struct, frozen=True):
    """The whole of what is pushed, sealed for the browser (RFC 8291): whose chat to look at, nobody's for a test."""

    company: str
    version: int = 1
