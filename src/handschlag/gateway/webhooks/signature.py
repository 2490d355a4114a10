"""The two signatures of a webhook, over exactly the bytes that are sent."""

from __future__ import annotations

import hmac


def signature_headers(secret: bytes, body: bytes) -> dict[str, str]:
    """Return `X-Hub-Signature-256` and the older `X-Hub-Signature`."""
    return {
        "X-Hub-Signature-256": "sha256=" + hmac.digest(secret, body, "sha256").hex(),
        "X-Hub-Signature": "sha1=" + hmac.digest(secret, body, "sha1").hex(),
    }
