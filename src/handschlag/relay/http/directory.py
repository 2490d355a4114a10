"""The directory of companies that want to be found."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.actions.companies.search_directory import search_directory
from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT, limit_strangers

_SECONDS = 60


async def get_directory(request: web.Request) -> web.Response:
    """GET /v1/directory."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.directory)
    asked = {name: request.query.get(name, "") for name in ("query", "category", "after")}
    response = answer(await search_directory(context, **asked))
    response.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    return response
