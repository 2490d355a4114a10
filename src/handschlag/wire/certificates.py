"""Which devices belong to an account: master key signs the self-signing key, which signs each device (Matrix cross-signing).

The key objects are the Matrix JSON shapes and stay dictionaries, because a signature covers every field they came with.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from handschlag.wire.canonical import canonical_json
from handschlag.wire.errors import SignatureInvalid, WireError
from handschlag.wire.ids import AccountId, DeviceId, parse_device_id
from handschlag.wire.signed import verify

KeyObject = dict[str, Any]


class CertifiedDevice(msgspec.Struct, frozen=True):
    """A device whose certificate chain was checked; keys in base64."""

    device: DeviceId
    curve25519: str
    ed25519: str


def signable(key_object: KeyObject) -> bytes:
    """Return the bytes a signature on a key object covers: canonical JSON without `signatures` and `unsigned`."""
    return canonical_json({k: v for k, v in key_object.items() if k not in {"signatures", "unsigned"}})


def signature_on(key_object: KeyObject, account: str, key_id: str) -> str:
    """Return the base64 signature that `account`'s `key_id` put on a key object."""
    try:
        signature = key_object["signatures"][account][key_id]
    except (KeyError, TypeError):
        raise SignatureInvalid(f"signatures.{account}.{key_id}") from None
    if not isinstance(signature, str):
        raise SignatureInvalid(f"signatures.{account}.{key_id}")
    return signature


def verify_key_object(key_object: KeyObject, account: str, key_id: str, public_key: str) -> None:
    """Raise SignatureInvalid unless `public_key`, named `key_id`, signed the object for `account`."""
    verify(public_key, signable(key_object), signature_on(key_object, account, key_id), key_id)


def public_key_of(key_object: KeyObject, account: AccountId, usage: str) -> str:
    """Return the one public key of a master or self-signing key object that belongs to `account`."""
    keys = key_object.get("keys")
    usages = key_object.get("usage")
    if key_object.get("user_id") != account or not isinstance(usages, list) or usage not in usages:
        raise WireError(usage, key_object.get("user_id"), f"a {usage} key of {account}")
    if not isinstance(keys, dict) or len(keys) != 1:
        raise WireError(usage, keys, "exactly one key")
    ((name, key),) = keys.items()
    if not isinstance(key, str) or name != f"ed25519:{key}":
        raise WireError(usage, name, "a key named after itself")
    return key


def check_device_keys(device_keys: KeyObject, account: AccountId) -> CertifiedDevice:
    """Return the device behind self-signed device keys of `account`; its owner's certificate is not checked here."""
    if device_keys.get("user_id") != account:
        raise WireError("device_keys.user_id", device_keys.get("user_id"), str(account))
    device = parse_device_id(str(device_keys.get("device_id")), "device_keys.device_id")
    keys = device_keys.get("keys")
    if not isinstance(keys, dict):
        raise WireError("device_keys.keys", keys, "an object with two keys")
    curve, ed = keys.get(f"curve25519:{device}"), keys.get(f"ed25519:{device}")
    if not isinstance(curve, str) or not isinstance(ed, str):
        raise WireError("device_keys.keys", sorted(keys), f"curve25519:{device} and ed25519:{device}")
    verify_key_object(device_keys, account, f"ed25519:{device}", ed)
    return CertifiedDevice(device=device, curve25519=curve, ed25519=ed)


def check_self_signing(master: KeyObject, self_signing: KeyObject, account: AccountId) -> tuple[str, str]:
    """Return the public master and self-signing keys of `account` if the first signed the second."""
    master_key = public_key_of(master, account, "master")
    self_signing_key = public_key_of(self_signing, account, "self_signing")
    verify_key_object(self_signing, account, f"ed25519:{master_key}", master_key)
    return master_key, self_signing_key


def certified_devices(
    devices: Iterable[KeyObject], self_signing_key: str, account: AccountId
) -> dict[DeviceId, CertifiedDevice]:
    """Return the devices that the owner's self-signing key vouches for; the others are left out."""
    found: dict[DeviceId, CertifiedDevice] = {}
    for device_keys in devices:
        try:
            device = check_device_keys(device_keys, account)
            verify_key_object(device_keys, account, f"ed25519:{self_signing_key}", self_signing_key)
        except WireError:
            continue
        found[device.device] = device
    return found
