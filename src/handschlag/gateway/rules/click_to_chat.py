"""The link a company prints and shares: it leads to its card, and names the key that has to answer there."""

from __future__ import annotations

from urllib.parse import quote

import msgspec


def public_master_key(signed_key: str) -> str:
    """Return the one key in a signed master key record, in base64."""
    (key,) = msgspec.json.decode(signed_key)["keys"].values()
    return str(key)


def click_to_chat_url(messenger_url: str, handle: str, master_key: str, text: str = "") -> str:
    """Return the link into a messenger; a relay that shows another key than `k=` is refused there.

    All of it stands behind `#`, and so does a text to begin with: no server on the way sees it.
    """
    key = master_key.replace("+", "-").replace("/", "_")
    prefilled = f"&text={quote(text, safe='')}" if text else ""
    return f"{messenger_url.rstrip('/')}/#/c/{handle}?k={key}{prefilled}"
