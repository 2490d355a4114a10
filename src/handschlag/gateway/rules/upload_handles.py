"""Handles of finished uploads: what and whose, until when, and signed, in the form programs know from the Cloud API."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import NamedTuple

_VERSION = "4"
_PARTS = 8


class UploadHandle(NamedTuple):
    """What a handle says."""

    mime_type: str
    upload: str
    expires_at: int
    app_id: str


def make_handle(key: bytes, handle: UploadHandle) -> str:
    """Return a handle as text: `4::<type>:<upload>:e:<expires>:<app>:<user>:<signature>`."""
    text = (
        f"{_VERSION}::{b64encode(handle.mime_type.encode()).decode()}:{handle.upload}:e:{handle.expires_at}"
        f":{handle.app_id}:{handle.app_id}"
    )
    return f"{text}:{_sign(key, text)}"


def parse_handle(key: bytes, text: str) -> UploadHandle | None:
    """Return what a handle says, or None if it was not made with this key."""
    signed, _, signature = text.rpartition(":")
    if not hmac.compare_digest(_sign(key, signed).encode(), signature.encode()):
        return None
    parts = signed.split(":")
    if len(parts) != _PARTS:
        return None
    try:
        return UploadHandle(b64decode(parts[2]).decode(), parts[3], int(parts[5]), parts[6])
    except (Base64Error, ValueError):
        return None


def _sign(key: bytes, text: str) -> str:
    return urlsafe_b64encode(hmac.digest(key, text.encode(), hashlib.sha256)).decode().rstrip("=")
