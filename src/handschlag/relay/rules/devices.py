"""Whether an envelope is sealed for the right devices, and which keys an account may add or change."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from handschlag.relay.errors import Conflict
from handschlag.wire.certificates import (
    CertifiedDevice,
    KeyObject,
    check_device_keys,
    public_key_of,
    signable,
    verify_key_object,
)
from handschlag.wire.devices import DeviceList, check_device_list
from handschlag.wire.envelope import OutgoingEnvelope
from handschlag.wire.erasure import check_erasure
from handschlag.wire.errors import SignatureInvalid, WireError
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.limits import DAY
from handschlag.wire.refusals import Refusal
from handschlag.wire.signed import SignedRecord, parse_record


def check_addressees(
    envelope: OutgoingEnvelope, recipient: AbstractSet[DeviceId], own_others: AbstractSet[DeviceId]
) -> Refusal | None:
    """Return the right devices if an envelope is sealed for others: all of the recipient's, and of the sender's other ones."""
    header, bodies = envelope.header, envelope.bodies
    sealed_for = bodies.get(header.to, {}).keys()
    own = bodies.get(header.sender, {}).keys()
    if sealed_for == recipient and own == own_others and len(bodies) == 1 + bool(own):
        return None
    return Refusal(
        code="stale_devices",
        message="sealed for other devices than these accounts have",
        devices={header.to: sorted(recipient), header.sender: sorted(own_others)},
    )


def check_own_devices(envelope: OutgoingEnvelope, own_others: AbstractSet[DeviceId]) -> Refusal | None:
    """Return why an envelope for the sender's own other devices does not pass, or None."""
    sender = envelope.header.sender
    if not own_others:
        return Refusal(code="undeliverable", message="the account has no other device")
    if envelope.bodies.keys() == {sender} and envelope.bodies[sender].keys() == own_others:
        return None
    return Refusal(
        code="stale_devices",
        message="sealed for other devices than this account has",
        devices={sender: sorted(own_others)},
    )


def is_certified(device_keys: KeyObject, self_signing: KeyObject | None, account: AccountId) -> bool:
    """Return whether the account's self-signing key signed these device keys."""
    if self_signing is None:
        return False
    key = public_key_of(self_signing, account, "self_signing")
    try:
        verify_key_object(device_keys, account, f"ed25519:{key}", key)
    except SignatureInvalid:
        return False
    return True


def check_next_list(
    signed: SignedRecord, last: SignedRecord | None, master: KeyObject | None, devices: AbstractSet[DeviceId]
) -> None:
    """Raise unless a signed list follows the account's last one and holds exactly these devices."""
    if master is None:
        raise Conflict("the account has no identity yet", field="device_list.key", seen=signed.key)
    account = AccountId(str(master.get("user_id")))
    listed = check_device_list(signed, public_key_of(master, account, "master"), account)
    version = 1
    if last is not None:
        version += parse_record(last, DeviceList, "device_list").version
    if listed.version != version:
        raise Conflict(
            "the devices changed meanwhile", field="device_list.version", seen=str(listed.version), limit=str(version)
        )
    if set(listed.devices) != devices:
        raise Conflict(
            "the list names other devices", field="device_list.devices",
            seen=", ".join(listed.devices), limit=", ".join(sorted(devices)),
        )  # fmt: skip


def check_own_erasure(signed: SignedRecord, master: KeyObject | None, device: DeviceId, now: float) -> None:
    """Raise unless the account's master key signed its end, on this device, and not for another day."""
    if master is None:
        raise Conflict("the account has no identity yet", field="record.key", seen=signed.key)
    account = AccountId(str(master.get("user_id")))
    erasure = check_erasure(signed, public_key_of(master, account, "master"), account)
    if erasure.device != device:
        raise WireError("record.device", erasure.device, f"{device}, the device that asks")
    if erasure.at > now + DAY:
        raise WireError("record.at", erasure.at, f"at most {int(now + DAY)}, a day from now")


def check_same_keys(known: KeyObject, uploaded: KeyObject, account: AccountId) -> CertifiedDevice:
    """Return the device if uploaded keys are those known under its id; other keys under an id are refused."""
    device = check_device_keys(uploaded, account)
    if signable(known) != signable(uploaded):
        raise Conflict(f"device {device.device} has other keys already", field="device_keys", seen=device.device)
    return device


def merge_signatures(
    known: KeyObject, uploaded: KeyObject, account: AccountId, trusted: Mapping[str, str]
) -> KeyObject:
    """Return a key object with those uploaded signatures of its own account that open; others are left out.

    `trusted` maps the key ids that may sign (`ed25519:…`) to public keys.
    """
    if signable(known) != signable(uploaded):
        return known
    signatures = known.get("signatures")
    signatures = signatures if isinstance(signatures, dict) else {}
    own = signatures.get(account)
    merged = dict(own) if isinstance(own, dict) else {}
    for key_id, public_key in trusted.items():
        try:
            verify_key_object(uploaded, account, key_id, public_key)
        except WireError:
            continue
        merged[key_id] = uploaded["signatures"][account][key_id]
    return known | {"signatures": signatures | {account: merged}}
