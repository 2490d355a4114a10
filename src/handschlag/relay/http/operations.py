"""What operators and first visitors ask: is it well, how much, who is this relay."""

from __future__ import annotations

from importlib.metadata import version

from aiohttp import web

from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT
from handschlag.relay.signing_key import push_public_key
from handschlag.relay.storage.accounts import probe
from handschlag.wire.http import RelayInfo


async def get_health(request: web.Request) -> web.Response:
    """GET /health: the database answers."""
    await request.app[CONTEXT].store.read(probe)
    return answer({"status": "ok"})


async def get_metrics(request: web.Request) -> web.Response:
    """GET /metrics."""
    context = request.app[CONTEXT]
    metrics = context.metrics
    metrics.commit_seconds.set(context.store.last_commit_seconds)
    metrics.queue_depth.set(context.store.queue_depth)
    metrics.waiting.set(sum(context.mailroom.waiting.values()))
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
            directory=context.settings.directory,
            numbers=context.sms is not None,
            push_key=push_public_key(context.secrets.push_key),
        )
    )
