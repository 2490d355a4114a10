"""Sealed files that come in several requests, in the manner of the tus protocol: ask where it stopped, append from there."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.actions.media.receive_upload import append_upload, begin_upload, drop_upload, read_upload
from handschlag.relay.errors import BadRequest
from handschlag.relay.http.answers import answer
from handschlag.relay.http.media import announced_length, body_pieces
from handschlag.relay.http.requests import CONTEXT, authenticated, read_body
from handschlag.wire.http import BeginUpload

_MOST_DIGITS = 12


async def post_upload(request: web.Request) -> web.Response:
    """POST /v1/media/uploads."""
    sender = await authenticated(request)
    body = await read_body(request, BeginUpload)
    return answer(await begin_upload(request.app[CONTEXT], sender, body.id, body.bytes))


async def patch_upload(request: web.Request) -> web.Response:
    """PATCH /v1/media/uploads/{id}."""
    sender = await authenticated(request)
    row = await read_upload(request.app[CONTEXT], sender, request.match_info["id"])
    offset = request.headers.get("Upload-Offset", "")
    if not offset.isascii() or not offset.isdigit() or len(offset) > _MOST_DIGITS:
        raise BadRequest(
            "where the body belongs is not said", field="Upload-Offset", seen=offset[:20], limit="a number"
        )
    length = announced_length(request)
    return answer(await append_upload(request.app[CONTEXT], row, int(offset), body_pieces(request, length)))


async def delete_upload(request: web.Request) -> web.Response:
    """DELETE /v1/media/uploads/{id}."""
    sender = await authenticated(request)
    await drop_upload(request.app[CONTEXT], await read_upload(request.app[CONTEXT], sender, request.match_info["id"]))
    return answer({})
