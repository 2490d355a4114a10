"""What an operator's probes ask: whether the gateway works, and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from handschlag.gateway.running import Running


async def health(running: Running, _request: web.BaseRequest) -> object:
    """GET /health: that the database takes rows, and how much waits."""
    await running.store.flushed()
    return {
        "status": "ok",
        "companies": len(running.companies),
        "webhook_backlog": running.publisher.backlog,
        "outbox": sum(len(company.unanswered) for company in running.companies.values()),
    }


async def metrics(running: Running, _request: web.BaseRequest) -> web.Response:
    """GET /metrics in Prometheus's text form."""
    figures = running.metrics
    companies = running.companies.values()
    figures.webhook_backlog.set(running.publisher.backlog)
    figures.outbox.set(sum(len(company.unanswered) for company in companies))
    figures.waiting.set(sum(sum(company.waiting.values()) for company in companies))
    figures.connected.set(sum(company.is_connected() for company in companies))
    return web.Response(body=figures.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
