"""Sealed messages between two devices that are being linked; asked for without a token, because one of them has none yet."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.errors import BadRequest
from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT, limit_strangers, read_body
from handschlag.wire.http import LinkMessage, LinkMessageAnswer, LinkOpened
from handschlag.wire.limits import LINK_MESSAGES

_PATIENCE_SECONDS = 20.0


async def post_link(request: web.Request) -> web.Response:
    """POST /v1/links."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.links)
    id_, expires_at = context.links.open(context.clock.now())
    return answer(LinkOpened(id=id_, expires_at=int(expires_at)), status=201)


async def put_message(request: web.Request) -> web.Response:
    """PUT /v1/links/{id}/{number}."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.links)
    message = (await read_body(request, LinkMessage)).message
    context.links.put(request.match_info["id"], _number_of(request), message, context.clock.now())
    return answer({})


async def get_message(request: web.Request) -> web.Response:
    """GET /v1/links/{id}/{number}: waits for it a while."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.links)
    now = context.clock.now()
    found = await context.links.wait_for(request.match_info["id"], _number_of(request), now, _PATIENCE_SECONDS)
    return answer(LinkMessageAnswer(message=found))


async def delete_link(request: web.Request) -> web.Response:
    """DELETE /v1/links/{id}: whoever knows the id may end it."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.links)
    context.links.close(request.match_info["id"])
    return answer({})


def _number_of(request: web.Request) -> int:
    text = request.match_info["number"]
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LINK_MESSAGES)) and int(text) < LINK_MESSAGES):
        raise BadRequest("no number of a message", field="number", seen=text[:32], limit=f"0 to {LINK_MESSAGES - 1}")
    return int(text)
