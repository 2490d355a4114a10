"""Reads a request's parameters in every encoding programs use: JSON, form, multipart, and the query string beside them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec
from aiohttp import ClientError, web
from aiohttp.http_exceptions import HttpProcessingError

from handschlag.gateway.errors import BodyTooLarge, BodyTooSlow, RequestInvalid, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

# Who sends a body drop by drop shall not hold a connection for ever.
BODY_SECONDS = 30.0
# What aiohttp raises while it reads parts: a boundary or a head that is none, an encoding nobody knows, a body that ends too early.
BROKEN_MULTIPART = (
    *(ValueError, AssertionError),
    *(HttpProcessingError, ClientError, ConnectionError),
)
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


async def read_bytes(request: web.BaseRequest, limit: int) -> bytes:
    """Return the body, refused before it is read when it says it is too large, and while reading when it does not say."""
    length = request.content_length
    if length is not None and length > limit:
        raise BodyTooLarge(f"body: got {length} bytes, at most {limit}")
    if not request.body_exists:
        return b""
    try:
        if request.content.is_eof():
            return await request.read()
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise _too_slow() from None
    except web.HTTPRequestEntityTooLarge:
        raise BodyTooLarge(f"body: got more than {limit} bytes, at most {limit}") from None


def _too_slow() -> BodyTooSlow:
    return BodyTooSlow(f"body: it stopped coming, expected all of it within {BODY_SECONDS:g} s")


def is_json(request: web.BaseRequest) -> bool:
    """Whether the body is to be read as JSON: everything that does not say it is a form."""
    return request.content_type not in {_FORM, _MULTIPART}


async def read_json_text(request: web.BaseRequest, limit: int) -> bytes:
    """Return the parameters as one JSON object's bytes, whatever they came in."""
    if is_json(request):
        body = await read_bytes(request, limit)
        if body.lstrip()[:1] == b"{" and not request.query_string:
            return body
    return msgspec.json.encode(await read_parameters(request, limit))


async def read_parameters(request: web.BaseRequest, limit: int) -> dict[str, Any]:
    """Return query and body parameters together; the body's win. Form values that are JSON objects or lists are opened."""
    found: dict[str, Any] = dict(parse_qsl(request.query_string, keep_blank_values=True))
    if request.content_type == _MULTIPART:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                found |= await _multipart(request, limit)
        except TimeoutError:
            raise _too_slow() from None
    else:
        body = await read_bytes(request, limit)
        if request.content_type == _FORM:
            found |= _form(body)
        elif body.strip():
            return _open_values(found) | _json_object(body)
    return _open_values(found)


def _form(body: bytes) -> dict[str, str]:
    text = body.decode("utf-8", "replace")
    if text.lstrip().startswith("{"):
        # Some clients send JSON and leave the HTTP library's default content type standing.
        return _json_object(body)
    return dict(parse_qsl(text, keep_blank_values=True))


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(body)
        if isinstance(value, str) and value.lstrip()[:1] == "{":
            # Some clients encode an object twice.
            value = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RequestInvalid(f"body: got broken JSON ({error}), expected a JSON object") from None
    if not isinstance(value, dict):
        raise RequestInvalid(f"body: got {shown(value)}, expected a JSON object")
    return value


def _open_values(values: Mapping[str, Any]) -> dict[str, Any]:
    opened: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, str) and value[:1] in {"{", "["}:
            try:
                opened[name] = msgspec.json.decode(value)
                continue
            except (msgspec.DecodeError, RecursionError):
                pass  # a text that only begins like JSON stays the text it is
        opened[name] = value
    return opened


async def _multipart(request: web.BaseRequest, limit: int) -> dict[str, Any]:
    length = request.content_length
    if length is not None and length > limit:
        raise BodyTooLarge(f"body: got {length} bytes, at most {limit}")
    found: dict[str, Any] = {}
    seen = 0
    try:
        reader = await request.multipart()
        async for part in reader:
            if not hasattr(part, "name"):
                continue
            data = bytearray()
            while chunk := await part.read_chunk():  # type: ignore[union-attr]
                data += chunk
                seen += len(chunk)
                if seen > limit:
                    raise BodyTooLarge(f"body: got more than {limit} bytes, at most {limit}")
            if part.name and part.filename is None:  # type: ignore[union-attr]
                found[part.name] = data.decode("utf-8", "replace")  # type: ignore[union-attr]
    except BROKEN_MULTIPART as error:
        raise RequestInvalid(
            f"body: got broken multipart ({type(error).__name__}), expected parts with names"
        ) from None
    return found
