"""The plaintext of one Olm message (spec/content.md section 1): the content, padded, and who speaks to whom.

The content is the same for every device of an envelope; what differs by device is one constant tail, so a payload is
joined from bytes that were encoded once.
"""

from __future__ import annotations

import msgspec

from handschlag.wire.canonical import canonical_json
from handschlag.wire.envelope import Header
from handschlag.wire.errors import WireError
from handschlag.wire.limits import BUCKETS

CONTENT_TYPE = "handschlag.content.v1"
_HEAD = b'{"type":"' + CONTENT_TYPE.encode() + b'","content":'


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is sealed: the header again, the body (unparsed), the salt of a template's commitment, and zeros."""

    header: Header
    body: msgspec.Raw
    salt: str | None = None
    pad: str = ""


class OlmKeys(msgspec.Struct, frozen=True):
    """The signing key of one end, in base64."""

    ed25519: str


class SenderDeviceKeys(msgspec.Struct, frozen=True):
    """What a payload repeats of the sender's device keys; compared with the certified ones."""

    user_id: str
    device_id: str
    keys: dict[str, str]


class Payload(msgspec.Struct, frozen=True):
    """Matrix's payload inside an Olm message; the content stays unparsed until the ends are checked."""

    type: str
    content: msgspec.Raw
    sender: str
    recipient: str
    keys: OlmKeys
    recipient_keys: OlmKeys
    sender_device: str | None = None
    sender_device_keys: SenderDeviceKeys | None = None


parse_payload = msgspec.json.Decoder(Payload).decode
parse_content = msgspec.json.Decoder(Content).decode


def size_for(header: Header, body: bytes, salt: str | None) -> int:
    """Return the smallest bucket that holds the content; the bucket's own digits are part of what it must hold."""
    unpadded = _unpadded_bytes(canonical_json(header), body, salt) - len(str(header.size))
    for bucket in BUCKETS:
        if unpadded + len(str(bucket)) <= bucket:
            return bucket
    raise WireError("content", f"{unpadded} bytes", f"at most {BUCKETS[-1]} bytes")


def encode_content(header: Header, body: bytes, salt: str | None) -> bytes:
    """Return the content's JSON, padded to the size its header names; `body` is JSON."""
    encoded = canonical_json(header)
    pad = header.size - _unpadded_bytes(encoded, body, salt)
    if pad < 0:
        raise WireError("header.size", header.size, f"at least {header.size - pad} bytes for this content")
    return b'{"header":%b,"body":%b%b,"pad":"%b"}' % (encoded, body, _salted(salt), b"0" * pad)


def _unpadded_bytes(header: bytes, body: bytes, salt: str | None) -> int:
    return len(b'{"header":,"body":,"pad":""}') + len(header) + len(body) + len(_salted(salt))


def _salted(salt: str | None) -> bytes:
    return b"" if salt is None else b',"salt":"%b"' % salt.encode()


def encode_sender(account: str, device: str, ed25519: str, device_keys: bytes) -> bytes:
    """Return the tail of every payload of one sender; `device_keys` is its signed device keys as JSON."""
    return b',"sender":"%b","sender_device":"%b","keys":{"ed25519":"%b"},"sender_device_keys":%b}' % (
        account.encode(),
        device.encode(),
        ed25519.encode(),
        device_keys,
    )


def encode_recipient(account: str, ed25519: str) -> bytes:
    """Return the part of every payload that names one receiving device."""
    return b',"recipient":"%b","recipient_keys":{"ed25519":"%b"}' % (account.encode(), ed25519.encode())


def encode_payload(content: bytes, recipient: bytes, sender: bytes) -> bytes:
    """Return the plaintext of one Olm message from its three encoded parts."""
    return _HEAD + content + recipient + sender
