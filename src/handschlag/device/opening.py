"""The checks between a sealed body and a message (spec/encryption.md section 3); which one failed is not told."""

from __future__ import annotations

from base64 import b64decode

import msgspec
import vodozemac

from handschlag.content.bodies import parse_body
from handschlag.content.payload import CONTENT_TYPE, Content, Payload, parse_content, parse_payload
from handschlag.crypto.own_keys import ALGORITHM, OwnKeys
from handschlag.device.outcomes import Opened
from handschlag.device.peer import PeerDevice
from handschlag.wire.envelope import Header, check_header

_parse_header = msgspec.json.Decoder(Header).decode


class Refused(Exception):
    """An envelope is not what it says; one message for every reason."""

    def __init__(self) -> None:
        super().__init__("envelope refused")


class Unreadable(Exception):
    """No ratchet opens the Olm message, or it is none."""


class _Ciphertext(msgspec.Struct, frozen=True):
    type: int
    body: str


class _SealedBody(msgspec.Struct, frozen=True):
    algorithm: str
    sender_key: str
    ciphertext: dict[str, _Ciphertext]


_parse_sealed = msgspec.json.Decoder(_SealedBody).decode


def parse_header(header: bytes | msgspec.Raw) -> Header | None:
    """Return the header as the relay shows it, or None if it is none."""
    try:
        return _parse_header(header)
    except msgspec.DecodeError:
        return None


def olm_message(body: bytes | msgspec.Raw, sender: PeerDevice, own: OwnKeys) -> vodozemac.AnyOlmMessage:
    """Return the Olm message for this device; raises Refused if it names other keys, Unreadable if it is broken."""
    try:
        sealed = _parse_sealed(body)
    except msgspec.DecodeError:
        raise Unreadable from None
    ours = sealed.ciphertext.get(own.curve25519)
    if ours is None or sealed.algorithm != ALGORITHM or sealed.sender_key != sender.keys.curve25519:
        raise Refused
    try:
        ciphertext = b64decode(ours.body + "=" * (-len(ours.body) % 4), validate=True)
        return vodozemac.AnyOlmMessage.from_parts(ours.type, ciphertext)
    except (ValueError, OverflowError):
        raise Unreadable from None


def check_payload(plaintext: bytes, header: Header, sender: PeerDevice, own: OwnKeys) -> Opened | None:
    """Return the message inside, or None if its type is unknown; raises Refused if any end or the header differs."""
    try:
        payload = parse_payload(plaintext)
        if not _ends_match(payload, sender, own):
            raise Refused
        if payload.type != CONTENT_TYPE:
            return None
        content = parse_content(payload.content)
        if not _content_matches(content, header):
            raise Refused
        # A copy outlives the payload's buffer, which is as large as the bucket.
        body = bytes(content.body)
        check_header(header)
        return Opened(header=header, body=body, content=parse_body(header.kind, body), salt=content.salt)
    except (ValueError, RecursionError):
        raise Refused from None


def _ends_match(payload: Payload, sender: PeerDevice, own: OwnKeys) -> bool:
    keys = sender.keys
    repeated = payload.sender_device_keys
    return (
        payload.sender == sender.account
        and payload.sender_device in {None, sender.device}
        and payload.keys.ed25519 == keys.ed25519
        and payload.recipient == own.account
        and payload.recipient_keys.ed25519 == own.ed25519
        and (
            repeated is None
            or (
                repeated.user_id == sender.account
                and repeated.device_id == sender.device
                and repeated.keys.get(f"curve25519:{sender.device}") == keys.curve25519
                and repeated.keys.get(f"ed25519:{sender.device}") == keys.ed25519
            )
        )
    )


def _content_matches(content: Content, header: Header) -> bool:
    return content.header == header and (content.salt is not None) == (header.kind == "template")
