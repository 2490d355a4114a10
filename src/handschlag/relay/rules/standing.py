"""How a company and a customer stand, as far as the relay may know: window, block, the grant in force and its use."""

from __future__ import annotations

import msgspec

from handschlag.wire.consent import Purpose
from handschlag.wire.limits import CONVERSATION_SECONDS, DAY, WINDOW_SECONDS

_CAP_DAYS = 30


class Standing(msgspec.Struct):
    """One company and one customer; strangers have an empty standing.

    `head` is the last record's hash, `grant` that of the grant in force; `caps` maps a purpose to (a day, a month);
    `sent` counts notifications by purpose and day number.
    """

    wrote_at: float = 0.0
    blocked: bool = False
    head: str | None = None
    grant: str | None = None
    purposes: frozenset[Purpose] = frozenset()
    grant_expires_at: float = 0.0
    caps: dict[Purpose, tuple[int, int]] = {}
    sent: dict[tuple[str, int], int] = {}

    def window_is_open(self, now: float) -> bool:
        """Return whether the customer wrote within 24 hours."""
        return now - self.wrote_at < WINDOW_SECONDS

    def has_conversation(self, now: float) -> bool:
        """Return whether receipts may pass: the customer wrote within 30 days, or agreed to anything."""
        return now - self.wrote_at < CONVERSATION_SECONDS or self.has_grant(now)

    def has_grant(self, now: float) -> bool:
        """Return whether any purpose is agreed to."""
        return bool(self.purposes) and now < self.grant_expires_at

    def allows(self, purpose: str, now: float) -> bool:
        """Return whether this purpose is agreed to."""
        return purpose in self.purposes and now < self.grant_expires_at

    def cap_is_reached(self, purpose: Purpose, now: float) -> bool:
        """Return whether the offer's own cap for the day or for 30 days is used up; a cap of 0 is none."""
        per_day, per_month = self.caps.get(purpose, (0, 0))
        today = int(now // DAY)
        sent = self.sent
        if per_day and sent.get((purpose, today), 0) >= per_day:
            return True
        return bool(per_month) and sum(sent.get((purpose, today - n), 0) for n in range(_CAP_DAYS)) >= per_month

    def count(self, purpose: str, now: float) -> int:
        """Count one more notification and return today's number."""
        key = (purpose, int(now // DAY))
        number = self.sent.get(key, 0) + 1
        self.sent[key] = number
        return number
