"""The four records of consent (spec/consent.md section 1): offer, grant, withdrawal, receipt."""

from __future__ import annotations

from typing import Literal

import msgspec

from handschlag.wire.ids import AccountId, DeviceId

Purpose = Literal["utility", "authentication", "marketing", "status"]
PURPOSES: tuple[Purpose, ...] = ("utility", "authentication", "marketing", "status")
Language = Literal["en", "de"]
Origin = Literal["qr", "link", "widget", "in_chat", "confirm"]


class Controller(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who is responsible for the data (GDPR Art. 13): a name, a postal address, and two ways to be reached."""

    name: str
    address: str
    contact: str
    data_protection_contact: str


class OfferedPurpose(msgspec.Struct, frozen=True, omit_defaults=True):
    """One tick box: what for, on which legal basis, how often at most, and for how long it is kept (days)."""

    purpose: Purpose
    legal_basis: str
    cap_per_day: int
    cap_per_month: int
    retention_days: int
    description: dict[Language, str]


class Offer(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.offer.v1"):
    """What a company asks leave for, signed by the self-signing key of its identity.

    `notice` is the text shown, verbatim, per language; times are Unix seconds.
    """

    id: str
    business: AccountId
    controller: Controller
    purposes: list[OfferedPurpose]
    notice: dict[Language, str]
    withdraw: dict[Language, str]
    created_at: int
    expires_at: int


class Grant(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.grant.v1"):
    """A customer's agreement, signed by a certified device of theirs.

    `offer` and `notice` are hashes of what was shown (`notice`: SHA-256 of the UTF-8 text in `language`); `previous` is the
    hash of the record before it between these two, or null; `build` names the messenger's build that showed the screen.
    """

    id: str
    business: AccountId
    customer: AccountId
    device: DeviceId
    offer: str
    notice: str
    language: Language
    purposes: list[Purpose]
    origin: Origin
    build: str
    at: int
    expires_at: int
    previous: str | None


class Withdrawal(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.withdrawal.v1"):
    """The end of an agreement: by the customer's device, or by the relay (`device` null) on the customer's authenticated request.

    `purposes` is a list, or `"*"` for all.
    """

    id: str
    business: AccountId
    customer: AccountId
    device: DeviceId | None
    purposes: list[Purpose] | Literal["*"]
    at: int
    previous: str | None


class Receipt(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.receipt.v1"):
    """The relay's signed word that it took a grant or withdrawal into force at that time."""

    record: str
    business: AccountId
    customer: AccountId
    accepted_at: int


class Stamp(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.stamp.v1"):
    """The legal ground of one template envelope, signed by the relay as it accepts it.

    `header` is the hash of the envelope's header, `consent_head` the hash of the grant in force.
    """

    header: str
    accepted_at: int
    consent_head: str
    window_open: bool
    rate_id: str
