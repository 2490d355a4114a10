"""Reports of companies by their customers."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.actions.consent.take_report import take_report
from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT, authenticated, read_body
from handschlag.wire.report import Report


async def post_report(request: web.Request) -> web.Response:
    """POST /v1/reports."""
    sender = await authenticated(request)
    return answer(await take_report(request.app[CONTEXT], sender, await read_body(request, Report)))
