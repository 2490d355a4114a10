"""A template's commitment: the header binds the sealed body to one salt, and says nothing about it."""

from __future__ import annotations

import hashlib
import hmac

import msgspec

from handschlag.wire.canonical import canonical_json, from_base64, to_base64

SALT_BYTES = 32


def commit(salt: str, body: bytes) -> str:
    """Return HMAC-SHA256 over the body's canonical JSON in base64; `salt` is 32 bytes in base64, `body` any JSON."""
    canonical = canonical_json(msgspec.json.decode(body))
    return to_base64(hmac.digest(from_base64(salt, "salt", length=SALT_BYTES), canonical, hashlib.sha256))


def opens(commitment: str, salt: str, body: bytes) -> bool:
    """Return whether `salt` opens the commitment to exactly this body."""
    try:
        return hmac.compare_digest(commit(salt, body).encode(), commitment.encode())
    except ValueError:
        return False
