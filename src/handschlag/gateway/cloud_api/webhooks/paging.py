"""Cursors of edges whose rows have numbers that only grow, and other parameters these edges share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from handschlag.gateway.errors import RequestInvalid, shown

# Numbers grow with time in microseconds: below 2^53 for three hundred years.
_MOST = 2**53


def parse_number(value: object, field: str) -> int | None:
    """Return a cursor or row number, None if there is none."""
    return parse_integer(value, field, least=0, most=_MOST, expected="a cursor or id that was given before")


def parse_integer(value: object, field: str, *, least: int, most: int, expected: str = "") -> int | None:
    """Return a whole number within limits, None if there is none."""
    if value is None or value == "":
        return None
    text = str(value)
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_MOST)) else -1
    if not least <= number <= most:
        raise RequestInvalid(f"{field}: got {shown(value)}, expected {expected or f'{least} to {most}'}")
    return number


def parse_time(value: object, field: str) -> float | None:
    """Return Unix seconds, None if there are none."""
    if value is None or value == "":
        return None
    try:
        seconds = float(str(value))
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= _MOST:
        raise RequestInvalid(f"{field}: got {shown(value)}, expected Unix seconds")
    return seconds


def parse_names(value: object, field: str) -> list[str]:
    """Return the names in a comma list or a JSON array."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [name for part in value.split(",") if (name := part.strip())]
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return value
    raise RequestInvalid(f"{field}: got {shown(value)}, expected a list of names")


def page_link(url: str, parameters: Mapping[str, Any], **changed: object) -> str:
    """Return the address of another page: this request's parameters with other cursors, without its token."""
    kept = {
        name: value
        for name, value in parameters.items()
        if name not in {"after", "before", "access_token", "limit"} and isinstance(value, str)
    }
    return f"{url}?{urlencode({**kept, **changed})}"
