"""An envelope made: header completed, content padded once, one Olm message per device."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from handschlag.content.payload import encode_content, encode_payload, size_for
from handschlag.crypto.ratchets import encrypt
from handschlag.device.peer import PeerDevice
from handschlag.wire import limits
from handschlag.wire.envelope import Category, Header, Kind
from handschlag.wire.errors import WireError
from handschlag.wire.ids import AccountId, DeviceId, EnvelopeId


class HeaderDraft(msgspec.Struct, frozen=True):
    """What the sender decides about an envelope; the device adds itself and the size. Fields as in `Header`."""

    id: EnvelopeId
    to: AccountId
    kind: Kind
    sent_at: int
    ttl: int = limits.ENVELOPE_SECONDS
    attempt: int = 0
    category: Category | None = None
    commitment: str | None = None


def complete_header(
    draft: Header | HeaderDraft, sender: AccountId, device: DeviceId, body: bytes, salt: str | None
) -> Header:
    """Return the header of an envelope from this device, with the bucket its content needs."""
    if (draft.kind == "template") != (salt is not None):
        raise WireError("salt", "none" if salt is None else "a salt", "a salt on templates, and only there")
    header = Header(
        id=draft.id,
        sender=sender,
        from_device=device,
        to=draft.to,
        kind=draft.kind,
        sent_at=draft.sent_at,
        size=0,
        ttl=draft.ttl,
        attempt=draft.attempt,
        category=draft.category,
        commitment=draft.commitment,
    )
    return msgspec.structs.replace(header, size=size_for(header, body, salt))


def seal_bodies(
    header: Header, body: bytes, salt: str | None, devices: Iterable[PeerDevice], sender: bytes
) -> dict[AccountId, dict[DeviceId, msgspec.Raw]]:
    """Return one sealed body per device; `sender` is the tail of `encode_sender`. Every ratchet used is dirty now."""
    content = encode_content(header, body, salt)
    bodies: dict[AccountId, dict[DeviceId, msgspec.Raw]] = {}
    for device in devices:
        kind, ciphertext = encrypt(device.ratchets.newest, encode_payload(content, device.recipient, sender))
        bodies.setdefault(device.account, {})[device.device] = msgspec.Raw(
            b'%b%d,"body":"%b"}}}' % (device.body_head, kind, ciphertext)
        )
    return bodies
