"""Reads a request to the control door into its shape; what is wrong is said with the field, the value seen and what was expected."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

import msgspec
from aiohttp import web

T = TypeVar("T")

_PLACE = re.compile(r" - at `\$\.?(.*?)`$")
_MISSING = re.compile(r"Object missing required field `(.*?)`")
_SHOWN_CHARACTERS = 60


async def read_request(request: web.Request, kind: type[T]) -> T:
    """Return the request's JSON as `kind`; raises ValueError with a sentence. No body is an empty object."""
    body = await request.read() or b"{}"
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise ValueError(_sentence(body, str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"body: got broken JSON ({error}), expected a JSON object") from None


def _sentence(body: bytes, text: str) -> str:
    place = _PLACE.search(text)
    field = place.group(1) if place is not None else ""
    text = text[: place.start()] if place is not None else text
    if missing := _MISSING.search(text):
        return f"{'.'.join(filter(None, (field, missing.group(1))))}: got nothing, expected a value"
    seen: Any = msgspec.json.decode(body)
    for part in re.findall(r"[^.\[\]]+", field):
        seen = seen.get(part) if isinstance(seen, dict) else seen[int(part)]
    expected = text.removeprefix("Expected ").split(", got")[0].replace("`", "")
    return f"{field or 'body'}: got {shown(seen)}, expected {_EXPECTED.get(expected, expected)}"


def success() -> web.Response:
    """Return the answer to what was done."""
    return web.json_response({"success": True})


def json_answer(value: object) -> web.Response:
    """Return an answer whose letters can be read as they are."""
    return web.json_response(value, dumps=lambda one: json.dumps(one, ensure_ascii=False))


def shown(value: object) -> str:
    """Return a value as an error names it: as JSON, and not at length."""
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."


_EXPECTED = {
    "str": "a string",
    "object": "an object",
    "array": "a list",
    "str | null": "a string",
    "array | str": "a list or '*'",
}
