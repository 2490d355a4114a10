"""The safety number of two accounts: sixty digits that are the same on both sides only if nobody stands between them.

As in Signal's numeric fingerprints: each side is thirty digits of an iterated hash over its master key and account, and the
smaller half stands first. A QR code carries the two hashes, the shower's own first.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from handschlag.wire.canonical import from_base64, to_base64
from handschlag.wire.ids import AccountId

ITERATIONS = 5200
QR_PREFIX = "HANDSCHLAG-SAFETY-1"

_VERSION = b"\x00\x01"
_HASH_BYTES = 30
_GROUP_BYTES = 5


class SafetyNumber(NamedTuple):
    """Twelve groups of five digits, and what a QR code of one side says."""

    digits: str
    qr: str


def safety_number(own: AccountId, own_master_key: str, other: AccountId, other_master_key: str) -> SafetyNumber:
    """Return the number that `own` shows for its conversation with `other`; master keys are base64."""
    mine, theirs = _fingerprint(own, own_master_key), _fingerprint(other, other_master_key)
    digits = "".join(sorted((_digits(mine), _digits(theirs))))
    groups = " ".join(digits[start : start + _GROUP_BYTES] for start in range(0, len(digits), _GROUP_BYTES))
    return SafetyNumber(groups, f"{QR_PREFIX} {to_base64(mine)} {to_base64(theirs)}")


def _fingerprint(account: AccountId, master_key: str) -> bytes:
    key = from_base64(master_key, "master_key", length=32)
    found = _VERSION + key + account.encode()
    for _ in range(ITERATIONS):
        found = hashlib.sha512(found + key).digest()
    return found[:_HASH_BYTES]


def _digits(fingerprint: bytes) -> str:
    groups = (fingerprint[start : start + _GROUP_BYTES] for start in range(0, _HASH_BYTES, _GROUP_BYTES))
    return "".join(f"{int.from_bytes(group) % 100_000:05}" for group in groups)
