"""The list of an account's devices, signed by its master key and counted, so that a device that was removed stays removed.

A certificate alone never ends: a relay could bring a removed device back. Whoever has seen a list takes no older one
(spec/encryption.md section 1).
"""

from __future__ import annotations

import msgspec

from handschlag.wire.errors import WireError
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.limits import DEVICES_PER_ACCOUNT
from handschlag.wire.signed import SignedRecord, verify_record


class DeviceList(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.devices.v1"):
    """All devices of an account; each later list has the next version. An account that never had a second device has none."""

    account: AccountId
    version: int
    devices: list[DeviceId]
    at: int


def check_device_list(
    signed: SignedRecord, master_key: str, account: AccountId, field: str = "device_list"
) -> DeviceList:
    """Return the list if the account's master key (base64) signed it; raises WireError."""
    if signed.key != f"ed25519:{master_key}":
        raise WireError(f"{field}.key", signed.key, "the account's master key")
    listed = verify_record(signed, master_key, DeviceList, field)
    if listed.account != account:
        raise WireError(f"{field}.account", listed.account, str(account))
    if listed.version < 1:
        raise WireError(f"{field}.version", listed.version, "1 or more")
    if not 1 <= len(listed.devices) <= DEVICES_PER_ACCOUNT or len(set(listed.devices)) != len(listed.devices):
        raise WireError(f"{field}.devices", len(listed.devices), f"1 to {DEVICES_PER_ACCOUNT} different devices")
    return listed
