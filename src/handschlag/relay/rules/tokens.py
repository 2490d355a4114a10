"""Challenges and bearer tokens that need no memory: what they say is sealed into them."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import sha256
from hmac import compare_digest, digest

import msgspec

from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.limits import CHALLENGE_SECONDS, TOKEN_SECONDS

_MAC_BYTES = 32


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """Who, for what (`challenge` or `token`), until when; `nonce` makes two of them differ."""

    purpose: str
    account: AccountId
    device: DeviceId
    expires_at: int
    nonce: str


_decode = msgspec.json.Decoder(Claim).decode


def _issue(key: bytes, claim: Claim) -> str:
    text = msgspec.json.encode(claim)
    return urlsafe_b64encode(digest(key, text, sha256) + text).decode().rstrip("=")


def issue_challenge(key: bytes, account: AccountId, device: DeviceId, now: float, nonce: str) -> tuple[str, int]:
    """Return a challenge and when it expires."""
    expires_at = int(now) + CHALLENGE_SECONDS
    return _issue(key, Claim("challenge", account, device, expires_at, nonce)), expires_at


def issue_token(key: bytes, account: AccountId, device: DeviceId, now: float, nonce: str) -> tuple[str, int]:
    """Return a bearer token and when it expires."""
    expires_at = int(now) + TOKEN_SECONDS
    return _issue(key, Claim("token", account, device, expires_at, nonce)), expires_at


def read_claim(key: bytes, text: str, purpose: str, now: float) -> Claim | None:
    """Return what a challenge or token says, None if it is not ours, of another purpose, or expired."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError):
        return None
    if urlsafe_b64encode(data).decode().rstrip("=") != text:
        # One text has one spelling: what served once does not serve again with other padding.
        return None
    mac, body = data[:_MAC_BYTES], data[_MAC_BYTES:]
    if not compare_digest(mac, digest(key, body, sha256)):
        return None
    claim = _decode(body)
    return claim if claim.purpose == purpose and now < claim.expires_at else None
