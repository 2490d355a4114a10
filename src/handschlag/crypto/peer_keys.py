"""Whose devices are whose: another account's pinned identity and the devices it certifies.

A master key is accepted once, from a link or as the first seen, and never replaced here: a later, different one raises.
A device keeps the keys it was first seen with; the relay cannot bring other keys under its name.
"""

from __future__ import annotations

import msgspec

from handschlag.crypto.errors import IdentityChanged, NotCertified
from handschlag.wire.certificates import CertifiedDevice, certified_devices, check_self_signing
from handschlag.wire.errors import WireError
from handschlag.wire.http import QueryKeysAnswer
from handschlag.wire.ids import AccountId, DeviceId


class PeerKeys(msgspec.Struct, frozen=True):
    """An account's pinned master key, its self-signing key (both base64), and its certified devices."""

    account: AccountId
    master_key: str
    self_signing_key: str
    devices: dict[DeviceId, CertifiedDevice]


def accept_keys(
    account: AccountId, answer: QueryKeysAnswer, *, expected_master: str | None = None, known: PeerKeys | None = None
) -> PeerKeys:
    """Return the keys an answer proves; raises IdentityChanged or NotCertified.

    `known` is what was accepted before, `expected_master` (base64) what a link names.
    """
    try:
        master, self_signing = check_self_signing(
            answer.master_keys[account], answer.self_signing_keys[account], account
        )
    except (KeyError, WireError):
        raise NotCertified(account) from None
    pinned = known.master_key if known is not None else expected_master
    if (pinned is not None and pinned != master) or (expected_master is not None and expected_master != master):
        raise IdentityChanged(account)
    found = certified_devices(answer.device_keys.get(account, {}).values(), self_signing, account)
    if known is not None:
        found = {device: known.devices.get(device, keys) for device, keys in found.items()}
    return PeerKeys(account=account, master_key=master, self_signing_key=self_signing, devices=found)
