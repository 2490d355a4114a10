"""The `fields=` parameter and the paging of edges, as Graph does them; names that are not known are left out."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from handschlag.gateway.errors import RequestInvalid, shown
from handschlag.gateway.rules.message_limits import PAGE_ROWS

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_DEFAULT_ROWS = 25
# Nobody asks for more than this; what is nested deeper is not looked at.
_LONGEST_FIELDS = 8192
_DEEPEST_FIELDS = 5


class Field(NamedTuple):
    """One field asked for: `name.modifier(value){fields}`."""

    name: str
    modifiers: dict[str, str]
    fields: list[Field]


def parse_fields(text: object) -> list[str]:
    """Return the field names asked for; nested `{…}` and `.modifier(…)` are passed over."""
    return [field.name for field in parse_field_tree(text)]


def parse_field_tree(text: object, *, depth: int = 0) -> list[Field]:
    """Return the fields asked for with their modifiers and nested fields; broken parts are read as far as they make sense."""
    if isinstance(text, list):
        text = ",".join(part for part in text if isinstance(part, str))
    if not isinstance(text, str) or len(text) > _LONGEST_FIELDS or depth > _DEEPEST_FIELDS:
        return []
    fields = [_field(part, depth) for part in _split(text, ",")]
    return [field for field in fields if field.name]


def _field(text: str, depth: int) -> Field:
    head, brace, rest = text.partition("{")
    if "(" in head:
        # A brace inside a modifier's parentheses is a value, not a list of fields.
        head, rest = _head_and_fields(text)
        brace = rest
    name, *modifiers = _split(head, ".")
    parsed = {}
    for modifier in modifiers:
        key, _, value = modifier.partition("(")
        parsed[key.strip()] = value.rstrip().removesuffix(")").strip()
    nested = parse_field_tree(rest.rstrip().removesuffix("}"), depth=depth + 1) if brace else []
    return Field(name.strip(), parsed, nested)


def _head_and_fields(text: str) -> tuple[str, str]:
    depth = 0
    for position, character in enumerate(text):
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character == "{" and depth <= 0:
            return text[:position], text[position + 1 :]
    return text, ""


def _split(text: str, separator: str) -> list[str]:
    """Split where no bracket is open."""
    parts: list[str] = []
    part = ""
    depth = 0
    for character in text:
        depth += character in "{(["
        depth -= character in "})]"
        if character == separator and depth <= 0:
            parts.append(part)
            part = ""
        else:
            part += character
    return [*parts, part]


def shape_fields(value: Any, asked: Sequence[Field]) -> Any:
    """Return a value, or each of a list, with only the nested fields asked for; all of it if none are."""
    if not asked:
        return value
    if isinstance(value, list):
        return [shape_fields(item, asked) for item in value]
    if not isinstance(value, Mapping):
        return value
    names = {field.name: field for field in asked}
    return {name: shape_fields(value[name], field.fields) for name, field in names.items() if name in value}


async def shape_node(
    call: Call,
    found: Any,
    node: Mapping[str, Any],
    asked: Sequence[Field],
    default: Sequence[str],
    expansions: Mapping[str, Callable[[Call, Any, Field], Awaitable[object]]],
) -> dict[str, Any]:
    """Return the fields asked for (the default ones if none, all if there are no default ones) and always the id.

    Names in `expansions` are made by their function, and only when they are asked for; names nobody knows are left out.
    """
    if not asked:
        names = [name for name in default or node if name in node]
        return {**{name: node[name] for name in names}, "id": node["id"]}
    answer: dict[str, Any] = {}
    for field in asked:
        if field.name in expansions:
            answer[field.name] = await expansions[field.name](call, found, field)
        elif field.name in node:
            answer[field.name] = shape_fields(node[field.name], field.fields)
    return {**answer, "id": node["id"]}


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
