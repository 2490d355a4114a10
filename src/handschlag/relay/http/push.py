"""Where the device that calls can be woken."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.actions.push.subscribe_push import show_push, subscribe_push, test_push, unsubscribe_push
from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT, authenticated, read_body
from handschlag.wire.push import PushSubscription


async def get_subscription(request: web.Request) -> web.Response:
    """GET /v1/push/subscription."""
    return answer(await show_push(request.app[CONTEXT], await authenticated(request)))


async def put_subscription(request: web.Request) -> web.Response:
    """PUT /v1/push/subscription."""
    device = await authenticated(request)
    await subscribe_push(request.app[CONTEXT], device, await read_body(request, PushSubscription))
    return answer({})


async def delete_subscription(request: web.Request) -> web.Response:
    """DELETE /v1/push/subscription."""
    await unsubscribe_push(request.app[CONTEXT], await authenticated(request))
    return answer({})


async def post_test(request: web.Request) -> web.Response:
    """POST /v1/push/test."""
    return answer(await test_push(request.app[CONTEXT], await authenticated(request)))
