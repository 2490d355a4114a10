"""Frames of the live socket (spec/wire.md section 4): JSON text, tagged by `type`, batched, events numbered per device."""

from __future__ import annotations

from typing import Literal

import msgspec

from handschlag.wire.envelope import Category, OutgoingEnvelope
from handschlag.wire.ids import AccountId, DeviceId, EnvelopeId
from handschlag.wire.refusals import Refusal
from handschlag.wire.signed import SignedRecord


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """First frame of a client: its token, and the number of the last event it has stored (0: none)."""

    token: str
    last: int = 0


class Send(msgspec.Struct, frozen=True, tag_field="type", tag="send"):
    """Envelopes to accept, in order."""

    envelopes: list[OutgoingEnvelope]


class Acknowledge(msgspec.Struct, frozen=True, tag_field="type", tag="ack"):
    """Everything up to this event number is stored by the client; the relay forgets it."""

    up_to: int


ClientFrame = Hello | Send | Acknowledge


class Welcome(msgspec.Struct, frozen=True, tag_field="type", tag="welcome", omit_defaults=True):
    """The relay's answer to hello: its time, the stock of one-time keys, and how many events wait."""

    time: float
    waiting: int
    one_time_keys: int
    unused_fallback_keys: list[str]


class Pricing(msgspec.Struct, frozen=True):
    """What an accepted envelope will cost on delivery, in the Cloud API's words."""

    billable: bool
    category: Category | Literal["service"]
    type: Literal["regular", "free_customer_service"]


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """The fate of one envelope: accepted at a time with a price, or refused."""

    id: EnvelopeId
    attempt: int = 0
    at: float = 0.0
    pricing: Pricing | None = None
    refusal: Refusal | None = None


class Results(msgspec.Struct, frozen=True, tag_field="type", tag="results"):
    """Answers to a send frame, in its order; those accepted are on disk."""

    results: list[Result]


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something the relay itself tells a device: a delivery, an expiry, a change of consent or of its account's devices, or
    that a customer's account was erased, with the account's own signed word.
    """

    what: Literal["delivered", "expired", "grant", "withdrawal", "devices", "erased"]
    account: AccountId
    at: float
    id: EnvelopeId | None = None
    device: DeviceId | None = None
    record: SignedRecord | None = None


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One numbered entry of a device's mailbox: an envelope (header and sealed body, unparsed) or a note.

    `stamp` stands on templates. The header's bytes are canonical JSON, as accepted.
    """

    number: int
    header: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    body: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    stamp: SignedRecord | None = None
    note: Note | None = None


class Deliver(msgspec.Struct, frozen=True, tag_field="type", tag="deliver"):
    """Events in order of their numbers; acknowledged once stored."""

    events: list[Event]


class Keys(msgspec.Struct, frozen=True, tag_field="type", tag="keys"):
    """The stock of one-time keys fell: time to upload more."""

    one_time_keys: int
    unused_fallback_keys: list[str]


RelayFrame = Welcome | Results | Deliver | Keys

# Close codes of the socket (RFC 6455 section 7.4.2, private range).
CLOSE_BAD_FRAME = 4400
CLOSE_BAD_TOKEN = 4401
CLOSE_REPLACED = 4409
CLOSE_SIGNED_OUT = 4410
CLOSE_RATE_LIMITED = 4429
CLOSE_RESTARTING = 4503
