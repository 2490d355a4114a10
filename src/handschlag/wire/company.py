"""Who a company is: what it says of itself, what the operator confirmed, and the card a click-to-chat link opens."""

from __future__ import annotations

from typing import Literal

import msgspec

from handschlag.wire.certificates import KeyObject
from handschlag.wire.consent import Language
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord

VerificationMethod = Literal["domain", "register", "vat_id", "operator", "demonstration"]


class CompanyCommand(msgspec.Struct, frozen=True):
    """A word that customers may write behind a slash, and what it does."""

    name: str
    description: str


class Profile(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.profile.v1", omit_defaults=True):
    """A company in its own words, signed by its self-signing key.

    `gateway_operator` says on whose machine its messages are opened: "own machine" or the name of whoever runs it.
    `number` is digits without `+`; `colour` is `#rrggbb`; `picture` is the SHA-256 of the profile's picture in base64; `prompts`
    are sentences offered for the first message; `listed` companies may be found in the directory of their relay.
    """

    business: AccountId
    name: str
    gateway_operator: str
    at: int
    number: str = ""
    about: str = ""
    description: str = ""
    address: str = ""
    email: str = ""
    websites: list[str] = []
    vertical: str = "OTHER"
    opening_hours: dict[Language, str] = {}
    colour: str = ""
    picture: str = ""
    prompts: list[str] = []
    commands: list[CompanyCommand] = []
    listed: bool = False


class Verification(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.verification.v1"):
    """What the operator checked about a company before enrolling it, signed by the relay."""

    business: AccountId
    name: str
    method: VerificationMethod
    evidence: str
    at: int


class CompanyCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to a click-to-chat code: everything the first screen shows, each part signed by whoever vouches for it.

    The link's `k` names the master key, which signed the self-signing key, which signed profile and offer; the relay
    signed the verification.
    """

    account: AccountId
    handle: str
    master_key: KeyObject
    self_signing_key: KeyObject
    profile: SignedRecord
    verification: SignedRecord
    offer: SignedRecord | None = None
