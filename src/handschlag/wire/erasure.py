"""The end of an account in its own words, signed by its master key: nobody forgets a customer on a relay's word alone.

A device's key would not do: who has to check the record later can no longer ask the relay which devices the account had.
The master key is what everybody who knew the account has pinned (spec/consent.md section 6).
"""

from __future__ import annotations

import msgspec

from handschlag.wire.errors import WireError
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.signed import SignedRecord, verify_record


class Erasure(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.erasure.v1"):
    """The whole account ends for ever; `device` is the one on which a person decided so, `at` when."""

    account: AccountId
    device: DeviceId
    at: int


def check_erasure(signed: SignedRecord, master_key: str, account: AccountId, field: str = "record") -> Erasure:
    """Return the erasure if the account's master key (base64) signed it; raises WireError."""
    if signed.key != f"ed25519:{master_key}":
        raise WireError(f"{field}.key", signed.key, "the account's master key")
    erasure = verify_record(signed, master_key, Erasure, field)
    if erasure.account != account:
        raise WireError(f"{field}.account", erasure.account, str(account))
    if erasure.at < 0:
        raise WireError(f"{field}.at", erasure.at, "0 or more")
    return erasure
