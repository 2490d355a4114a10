"""What became of an incoming envelope."""

from __future__ import annotations

from typing import Literal

import msgspec

from handschlag.content.bodies import Body
from handschlag.wire.envelope import Header, Kind
from handschlag.wire.ids import AccountId, DeviceId

Reason = Literal[
    "duplicate",  # opened before: acknowledge it
    "ignored",  # opened, and of a payload type this version does not know (m.dummy among them): acknowledge it
    "refused",  # forged, misdirected or broken; which check failed is not told: acknowledge it
    "unknown_peer",  # load the sender's stored peer, else query its keys, and open it again
    "not_certified",  # query the sender's keys and open it again, once; then acknowledge it
    "unreadable",  # no ratchet opens it: `Device.repair`
]


class Opened(msgspec.Struct, frozen=True):
    """A message to store and acknowledge: `body` is its JSON, `content` the same, parsed; `device` sent it."""

    header: Header
    body: bytes
    content: Body
    salt: str | None

    @property
    def kind(self) -> Kind:
        """The envelope's kind; the body has the shape that belongs to it."""
        return self.header.kind

    @property
    def account(self) -> AccountId:
        """The sender."""
        return self.header.sender

    @property
    def device(self) -> DeviceId:
        """The sender's device."""
        return self.header.from_device

    def __repr__(self) -> str:
        return f"Opened({self.header})"


class Unopened(msgspec.Struct, frozen=True):
    """No message; `header` is what the relay says, and None if that is no header."""

    header: Header | None
    reason: Reason
