"""Canonical JSON (RFC 8785, without floats) and the hashes taken over it."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as Base64Error

import msgspec

from handschlag.wire.errors import WireError

_encode = msgspec.json.Encoder(order="sorted").encode


def canonical_json(value: object) -> bytes:
    """Return the one spelling of `value` that is signed and hashed: sorted keys, no spaces, UTF-8."""
    return _encode(value)


def to_base64(data: bytes) -> str:
    """Return unpadded base64, as keys, hashes and signatures are written."""
    return b64encode(data).decode().rstrip("=")


def from_base64(text: str, field: str, *, length: int | None = None) -> bytes:
    """Return the bytes of base64 text with or without padding; `length` in bytes is checked."""
    try:
        data = b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (Base64Error, ValueError):
        raise WireError(field, text, "base64") from None
    if length is not None and len(data) != length:
        raise WireError(field, f"{len(data)} bytes", f"{length} bytes")
    return data


def hash_of(data: bytes) -> str:
    """Return the SHA-256 of `data` in unpadded base64: the address of a record, a template, a header."""
    return to_base64(hashlib.sha256(data).digest())
