"""The short form of a customer's identity that programs compare: eight bytes of its hash in base64, as the Cloud API's."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import lru_cache

_BYTES = 8


@lru_cache(maxsize=10_000)
def identity_hash(master_key: str) -> str:
    """Return the hash of a master key (base64)."""
    return b64encode(hashlib.sha256(master_key.encode()).digest()[:_BYTES]).decode()
