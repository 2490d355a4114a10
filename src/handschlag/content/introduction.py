"""Who a customer is, told to one company, sealed: name, language, and a number if they share one."""

from __future__ import annotations

import re

import msgspec

from handschlag.content.attestation import check_attestation, number_hash
from handschlag.wire.consent import Language
from handschlag.wire.errors import WireError
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord

NAME_CHARACTERS = 100
# A name is shown in lists: line breaks and the marks that reverse writing would let it pose as something else.
_UNSHOWABLE = re.compile("[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]")


class Introduction(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Name and language; a number counts only with an attestation and its salt."""

    name: str
    language: Language = "en"
    phone_number: str | None = None
    attestation: SignedRecord | None = None
    salt: str | None = None


class SystemBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a `system` envelope."""

    introduction: Introduction


def check_introduction(introduction: Introduction) -> Introduction:
    """Return the introduction if name and number have their form."""
    name = introduction.name
    if not 1 <= len(name) <= NAME_CHARACTERS:
        raise WireError("introduction.name", f"{len(name)} characters", f"1 to {NAME_CHARACTERS} characters")
    if _UNSHOWABLE.search(name):
        raise WireError("introduction.name", "a control character", "characters that can be shown")
    if introduction.phone_number is not None and introduction.salt is not None:
        number_hash(introduction.phone_number, introduction.salt)
    return introduction


class AttestedNumber(msgspec.Struct, frozen=True):
    """A number (`+` and digits), and since when the relay attests it."""

    number: str
    at: int


def attested_number(introduction: Introduction, account: AccountId, relay_key: str) -> AttestedNumber | None:
    """Return the number the relay attests for `account`, or None: without that it is hearsay."""
    if introduction.phone_number is None or introduction.attestation is None or introduction.salt is None:
        return None
    number, salt = introduction.phone_number, introduction.salt
    try:
        record = check_attestation(introduction.attestation, relay_key, account, number, salt)
    except WireError:
        return None
    return AttestedNumber(number, record.at)
