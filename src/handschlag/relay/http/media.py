"""Sealed files: streamed in and out, whole or in part. The relay knows their length and nothing else of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import payload, web

from handschlag.object_store import ObjectMissing
from handschlag.relay.actions.media.read_media import look_up_media, read_media, remove_media
from handschlag.relay.actions.media.store_media import store_media
from handschlag.relay.errors import BadRequest, TooLarge
from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import BODY_SECONDS, CONTEXT, authenticated
from handschlag.wire.byte_range import ByteRange, RangeNotSatisfiable, parse_range
from handschlag.wire.http import StoredMedia
from handschlag.wire.limits import SEALED_MEDIA_BYTES

# Slower than this, an upload holds a connection for nobody's good.
_LEAST_BYTES_PER_SECOND = 8 * 1024
_TYPE = "application/octet-stream"


async def post_media(request: web.Request) -> web.Response:
    """POST /v1/media."""
    sender = await authenticated(request)
    length = announced_length(request)
    row = await store_media(request.app[CONTEXT], sender, length, body_pieces(request, length))
    return answer(StoredMedia(id=row.id, bytes=row.bytes, expires_at=int(row.expires_at)), status=201)


def announced_length(request: web.Request) -> int:
    """Return the length of a body of sealed bytes, which has to be said before it comes."""
    length = request.content_length
    if "Content-Encoding" in request.headers:
        raise BadRequest("a sealed file is not compressed", field="Content-Encoding", limit="no encoding")
    if length is None:
        raise BadRequest("the length is not announced", field="Content-Length", limit=f"1 to {SEALED_MEDIA_BYTES}")
    if length > SEALED_MEDIA_BYTES:
        raise TooLarge(
            "the file is too large",
            field="Content-Length",
            seen=f"{length} bytes",
            limit=f"at most {SEALED_MEDIA_BYTES} bytes",
        )
    if length < 1:
        raise BadRequest("there is no file", field="body", seen="0 bytes", limit=f"1 to {SEALED_MEDIA_BYTES} bytes")
    return length


async def body_pieces(request: web.Request, length: int) -> AsyncIterator[bytes]:
    """Yield a body as it comes; raises BadRequest if it stops coming."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + BODY_SECONDS + length / _LEAST_BYTES_PER_SECOND
    while True:
        try:
            async with asyncio.timeout(min(BODY_SECONDS, max(0.0, deadline - loop.time()))):
                piece = await request.content.readany()
        except TimeoutError:
            limit = f"a piece every {BODY_SECONDS:g} s, and {_LEAST_BYTES_PER_SECOND} bytes a second"
            raise BadRequest("the body stopped coming", field="body", limit=limit) from None
        except ConnectionResetError:
            # Nobody hears this any more.
            raise BadRequest("the connection ended in the body", field="body", limit=f"{length} bytes") from None
        if not piece:
            return
        yield piece


async def get_media(request: web.Request) -> web.StreamResponse:
    """GET and HEAD /v1/media/{id}."""
    await authenticated(request)
    context = request.app[CONTEXT]
    row = await look_up_media(context, request.match_info["id"])
    headers = {"Accept-Ranges": "bytes", "Content-Type": _TYPE, "Cache-Control": "private, no-store"}
    try:
        part = parse_range(request.headers.get("Range"), row.bytes)
    except RangeNotSatisfiable:
        refused = answer(
            {"error": {"code": "bad_request", "message": "the range begins behind the end", "field": "Range"}}, 416
        )
        refused.headers["Content-Range"] = f"bytes */{row.bytes}"
        return refused
    asked = part or ByteRange(0, row.bytes)
    if part is not None:
        headers["Content-Range"] = part.content_range(row.bytes)
    headers["Content-Length"] = str(asked.length)
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return web.Response(status=status, headers=headers)
    body = payload.AsyncIterablePayload(_pieces(read_media(context, row, asked.start, asked.end)), content_type=_TYPE)
    return web.Response(status=status, headers=headers, body=body)


async def _pieces(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        async for piece in pieces:
            yield piece
    except ObjectMissing:
        # The head is on its way: only an answer cut short tells that there is no more.
        raise ConnectionResetError("the object is gone") from None


async def delete_media(request: web.Request) -> web.Response:
    """DELETE /v1/media/{id}."""
    sender = await authenticated(request)
    await remove_media(request.app[CONTEXT], sender, request.match_info["id"])
    return answer({})
