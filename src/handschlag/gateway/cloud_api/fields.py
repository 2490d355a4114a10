"""The `fields=` parameter and the paging of edges, as Graph does them; names that are not known are left out."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from handschlag.gateway.errors import RequestInvalid, shown
from handschlag.gateway.rules.message_limits import PAGE_ROWS

_DEFAULT_ROWS = 25


def parse_fields(text: object) -> list[str]:
    """Return the field names asked for; nested `{…}` and `.modifier(…)` are passed over."""
    if not isinstance(text, str):
        return []
    names: list[str] = []
    name = ""
    depth = 0
    for character in text:
        if character in "{(":
            depth += 1
        elif character in "})":
            depth -= 1
        elif depth == 0 and character == ",":
            names.append(name)
            name = ""
        elif depth == 0:
            name += character
    names.append(name)
    return [found for raw in names if (found := raw.strip().partition(".")[0])]


def select_fields(node: Mapping[str, Any], asked: Sequence[str], default: Sequence[str]) -> dict[str, Any]:
    """Return the fields asked for (the default ones if none) and always the id."""
    names = asked or default
    return {**{name: node[name] for name in names if name in node}, "id": node["id"]}


def page(rows: list[dict[str, Any]], parameters: Mapping[str, Any], url: str) -> dict[str, Any]:
    """Return one page of rows with cursors; `next` and `previous` are absolute and carry the other parameters along."""
    limit = _limit(parameters.get("limit"))
    start = _position(parameters.get("after"), "after", 0, 1) if parameters.get("after") else 0
    if parameters.get("before"):
        start = max(0, _position(parameters.get("before"), "before", 0, 0) - limit)
    shown_rows = rows[start : start + limit]
    if not shown_rows:
        return {"data": []}
    last = start + len(shown_rows) - 1
    cursors = {"before": _cursor(start), "after": _cursor(last)}
    paging: dict[str, Any] = {"cursors": cursors}
    kept = {k: v for k, v in parameters.items() if k not in {"after", "before", "access_token"} and isinstance(v, str)}
    if last + 1 < len(rows):
        paging["next"] = f"{url}?{urlencode({**kept, 'limit': limit, 'after': cursors['after']})}"
    if start > 0:
        paging["previous"] = f"{url}?{urlencode({**kept, 'limit': limit, 'before': cursors['before']})}"
    return {"data": shown_rows, "paging": paging}


def _limit(value: object) -> int:
    if value is None or value == "":
        return _DEFAULT_ROWS
    try:
        limit = int(str(value))
    except ValueError:
        limit = 0
    if limit < 1:
        raise RequestInvalid(f"limit: got {shown(value)}, expected 1 to {PAGE_ROWS}")
    return min(limit, PAGE_ROWS)


def _cursor(position: int) -> str:
    return urlsafe_b64encode(f"row{position}".encode()).decode().rstrip("=")


def _position(cursor: object, field: str, least: int, step: int) -> int:
    try:
        text = urlsafe_b64decode(str(cursor) + "=" * (-len(str(cursor)) % 4)).decode()
        position = int(text.removeprefix("row"))
    except (Base64Error, ValueError):
        position = -1
    if position < least:
        raise RequestInvalid(f"{field}: got {shown(cursor)}, expected a cursor of an earlier page")
    return position + step
