"""What operators and first visitors ask: is it well, how much, who is this relay."""

from __future__ import annotations

from importlib.metadata import version

from aiohttp import web

from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT
from handschlag.relay.storage.accounts import count_accounts
from handschlag.wire.http import RelayInfo


async def get_health(request: web.Request) -> web.Response:
    """GET /health: the database answers."""
    await request.app[CONTEXT].store.read(count_accounts)
    return answer({"status": "ok"})


async def get_metrics(request: web.Request) -> web.Response:
    """GET /metrics."""
    metrics = request.app[CONTEXT].metrics
    return web.Response(body=metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


async def get_relay(request: web.Request) -> web.Response:
    """GET /v1/relay."""
    context = request.app[CONTEXT]
    return answer(
        RelayInfo(
            name=context.settings.name,
            signing_key=context.secrets.signing_key.public,
            time=context.clock.now(),
            version=version("handschlag"),
        )
    )
