"""Addresses of other pages of edges whose rows have numbers that only grow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode


def page_link(url: str, parameters: Mapping[str, Any], **changed: object) -> str:
    """Return the address of another page: this request's parameters with other cursors, without its token."""
    kept = {
        name: value
        for name, value in parameters.items()
        if name not in {"after", "before", "access_token", "limit"} and isinstance(value, str)
    }
    return f"{url}?{urlencode({**kept, **changed})}"
