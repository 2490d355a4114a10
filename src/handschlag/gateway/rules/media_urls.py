"""Addresses under which a file may be fetched for a short time by whoever holds them: signed, so that nobody makes one up."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import NamedTuple


class MediaAddress(NamedTuple):
    """What a file's address says."""

    id: str
    expires_at: int


def media_url(base: str, key: bytes, address: MediaAddress) -> str:
    """Return the address of a file on `base`."""
    return f"{base}/attachments/?mid={address.id}&ext={address.expires_at}&hash={_sign(key, address)}"


def is_signed(key: bytes, address: MediaAddress, signature: str) -> bool:
    """Whether an address was made with this key."""
    return hmac.compare_digest(_sign(key, address).encode(), signature.encode())


def _sign(key: bytes, address: MediaAddress) -> str:
    mac = hmac.digest(key, f"{address.id}|{address.expires_at}".encode(), hashlib.sha256)
    return urlsafe_b64encode(mac).decode().rstrip("=")


def derive_key(data_key: bytes, purpose: str) -> bytes:
    """Return a key for one purpose, from which the data key cannot be found."""
    return hmac.digest(data_key, f"handschlag {purpose}".encode(), hashlib.sha256)
