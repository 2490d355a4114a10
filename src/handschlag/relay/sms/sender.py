"""The port through which text messages leave; whoever sends in another way writes a class with these two methods."""

from __future__ import annotations

from typing import Protocol


class SmsNotSent(Exception):
    """The service did not take the message; says what it answered, never the number or the text."""


class SmsSender(Protocol):
    """Sends one text message to one number."""

    async def send(self, number: str, text: str) -> None:
        """Hand a message over; `number` is `+` and digits. Raises SmsNotSent."""

    async def close(self) -> None:
        """Let go of connections."""
