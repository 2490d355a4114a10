"""The sandbox's telephone: text messages that the relay sends are kept for the control door, and shown to whoever sits there."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

import msgspec

from handschlag.clock import Clock

_KEPT = 50
_CODE = re.compile(r"[0-9]{6}")

Show = Callable[[str, str], None]


class TextMessage(msgspec.Struct, frozen=True):
    """A text message as it came, and the code in it."""

    number: str
    text: str
    code: str
    at: int


class TextMessages:
    """A sender of text messages whose other end is this process."""

    def __init__(self, clock: Clock, show: Show) -> None:
        self._clock, self._show = clock, show
        self._kept: deque[TextMessage] = deque(maxlen=_KEPT)

    async def send(self, number: str, text: str) -> None:
        """Keep a message and show it."""
        found = _CODE.search(text)
        self._kept.append(TextMessage(number, text, found[0] if found else "", int(self._clock.now())))
        self._show(number, text)

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    def all(self, number: str = "") -> list[TextMessage]:
        """Return what came, the newest last; to one number or to all."""
        return [one for one in self._kept if number in {"", one.number}]
