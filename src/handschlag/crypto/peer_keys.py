"""Whose devices are whose: another account's pinned identity and the devices it certifies.

A master key is accepted once, from a link or as the first seen, and never replaced here: a later, different one raises.
A device keeps the keys it was first seen with; the relay cannot bring other keys under its name. Once a signed list of
devices was seen, only a newer one replaces it: the relay cannot bring a removed device back.
"""

from __future__ import annotations

import msgspec

from handschlag.crypto.errors import IdentityChanged, NotCertified
from handschlag.wire.certificates import CertifiedDevice, certified_devices, check_self_signing
from handschlag.wire.devices import DeviceList, check_device_list
from handschlag.wire.errors import WireError
from handschlag.wire.http import QueryKeysAnswer
from handschlag.wire.ids import AccountId, DeviceId


class PeerKeys(msgspec.Struct, frozen=True, omit_defaults=True):
    """An account's pinned master key, its self-signing key (both base64), its certified devices, and the list that named them."""

    account: AccountId
    master_key: str
    self_signing_key: str
    devices: dict[DeviceId, CertifiedDevice]
    listed: DeviceList | None = None


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
    listed = _newest_list(account, answer, master, known.listed if known is not None else None)
    if listed is not None:
        found = {device: keys for device, keys in found.items() if device in listed.devices}
    return PeerKeys(account=account, master_key=master, self_signing_key=self_signing, devices=found, listed=listed)


def _newest_list(
    account: AccountId, answer: QueryKeysAnswer, master: str, known: DeviceList | None
) -> DeviceList | None:
    """Return the list in force: the one answered if it is signed and newer, else the one known; none known and none sent is none."""
    signed = answer.device_lists.get(account)
    try:
        listed = None if signed is None else check_device_list(signed, master, account)
    except WireError:
        return known
    return known if listed is None or (known is not None and known.version >= listed.version) else listed
