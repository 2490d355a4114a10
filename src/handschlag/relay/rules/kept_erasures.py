"""How an erased account's own word is kept for its other devices: sealed under a key that only its id gives, with the relay's secret.

Whoever has the database alone learns no account, no device and no key from it.
"""

from __future__ import annotations

import hashlib
from hmac import digest

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from handschlag.wire.canonical import from_base64, to_base64
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord

# Each key seals one record in its life: an account ends once.
_NONCE = bytes(12)


def _cipher(secret: bytes, account: AccountId) -> AESGCM:
    return AESGCM(digest(secret, f"erasure:{account}".encode(), hashlib.sha256))


def seal_erasure(secret: bytes, account: AccountId, record: SignedRecord) -> str:
    """Return what is kept of an account's erasure (base64)."""
    return to_base64(_cipher(secret, account).encrypt(_NONCE, msgspec.json.encode(record), None))


def open_erasure(secret: bytes, account: AccountId, kept: str) -> SignedRecord:
    """Return the erasure again, for whoever names the account."""
    plain = _cipher(secret, account).decrypt(_NONCE, from_base64(kept, "kept"), None)
    return msgspec.json.decode(plain, type=SignedRecord)
