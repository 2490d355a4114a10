"""Companies' pictures: brought by the company, seen by anybody; never more than a picture to whoever opens one."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.actions.companies.publish_company import publish_picture, show_picture
from handschlag.relay.errors import BadRequest, NotFound, TooLarge
from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT, authenticated, limit_strangers, read_bytes
from handschlag.wire.limits import PICTURE_BYTES
from handschlag.wire.picture import picture_type

_LIMIT = f"1 to {PICTURE_BYTES} bytes"
_FOREVER = "public, max-age=31536000, immutable"
# Opened by itself it must be a picture and nothing that runs here.
_ALONE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


async def put_picture(request: web.Request) -> web.Response:
    """PUT /v1/company/picture."""
    sender = await authenticated(request)
    length = request.content_length
    if length is not None and length > PICTURE_BYTES:
        raise _too_large(f"{length} bytes")
    try:
        picture = await read_bytes(request)
    except web.HTTPRequestEntityTooLarge:
        raise _too_large("a body that does not end") from None
    if len(picture) > PICTURE_BYTES:
        raise _too_large(f"{len(picture)} bytes")
    if not picture:
        raise BadRequest("there is no picture", field="body", seen="0 bytes", limit=_LIMIT)
    return answer(await publish_picture(request.app[CONTEXT], sender, picture))


async def get_picture(request: web.Request) -> web.Response:
    """GET and HEAD /v1/companies/{name}/picture; with `hash` it is that picture or none, and may be kept for ever."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.cards)
    name, wanted = request.match_info["name"], request.query.get("hash")
    found = await show_picture(context, name)
    if wanted is not None and wanted != found.hash:
        raise NotFound("the company shows another picture", field="hash", seen=wanted[:64], limit=found.hash)
    etag = f'"{found.hash}"'
    headers = _ALONE | {"ETag": etag, "Cache-Control": _FOREVER if wanted else "no-cache"}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=found.picture, content_type=picture_type(found.picture) or "image/png", headers=headers)


def _too_large(seen: str) -> TooLarge:
    return TooLarge("the picture is too large", field="body", seen=seen, limit=_LIMIT)
