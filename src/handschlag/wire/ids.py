"""Names of accounts, devices and envelopes, parsed once at the door."""

from __future__ import annotations

import re
from typing import NewType

from handschlag.wire.errors import WireError

AccountId = NewType("AccountId", str)
DeviceId = NewType("DeviceId", str)
EnvelopeId = NewType("EnvelopeId", str)

_ACCOUNT = re.compile(r"@[a-z]{26}:[a-z0-9.-]{1,120}(?::\d{1,5})?")
_DEVICE = re.compile(r"[A-Z]{10}")
_MEDIA = re.compile(r"[0-9a-f]{48}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ENVELOPE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def is_account_id(value: str) -> bool:
    """Return whether a text has the form of an account id."""
    return _ACCOUNT.fullmatch(value) is not None


def parse_account_id(value: str, field: str = "account") -> AccountId:
    """Return the account id, which reads `@<26 letters>:<relay>`."""
    if not is_account_id(value):
        raise WireError(field, value, "'@' and 26 lower-case letters, ':' and the relay's name")
    return AccountId(value)


def parse_device_id(value: str, field: str = "device") -> DeviceId:
    """Return the device id, ten upper-case letters."""
    if not _DEVICE.fullmatch(value):
        raise WireError(field, value, "ten upper-case letters")
    return DeviceId(value)


def parse_envelope_id(value: str, field: str = "id") -> EnvelopeId:
    """Return the envelope id, a UUIDv7 in lower case with hyphens (RFC 9562)."""
    if not _ENVELOPE.fullmatch(value):
        raise WireError(field, value, "a UUIDv7, lower case, with hyphens")
    return EnvelopeId(value)


def is_media_id(value: str) -> bool:
    """Return whether a text has the form of a sealed file's id, 192 bits in hexadecimal; it becomes part of a path."""
    return _MEDIA.fullmatch(value) is not None


def make_account_id(random: bytes, relay: str) -> AccountId:
    """Return an account id from 26 random bytes and the relay's name."""
    return AccountId(f"@{''.join(_LETTERS[b % 26] for b in random[:26])}:{relay}")


def make_device_id(random: bytes) -> DeviceId:
    """Return a device id from ten random bytes."""
    return DeviceId("".join(_LETTERS[b % 26] for b in random[:10]).upper())


def make_envelope_id(now: float, random: bytes) -> EnvelopeId:
    """Return a UUIDv7 for `now` (Unix seconds) from ten random bytes."""
    milliseconds = int(now * 1000)
    value = (milliseconds << 80) | int.from_bytes(random[:10], "big")
    value = (value & ~(0xF << 76)) | (7 << 76)
    value = (value & ~(0x3 << 62)) | (2 << 62)
    return envelope_id_of(value.to_bytes(16, "big"))


def envelope_id_of(data: bytes) -> EnvelopeId:
    """Return 16 bytes in the spelling of a UUID (`uuid.UUID` takes ten times as long)."""
    text = data.hex()
    return EnvelopeId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")


def envelope_id_bytes(id_: EnvelopeId) -> bytes:
    """Return the 16 bytes of an envelope id."""
    return bytes.fromhex(id_.replace("-", ""))
