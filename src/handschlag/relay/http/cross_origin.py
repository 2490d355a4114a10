"""Lets browsers call from the messengers the operator names, and from nowhere else."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.http.answers import Handler
from handschlag.relay.http.requests import CONTEXT

_PREFLIGHT_SECONDS = "7200"


def origin_is_allowed(request: web.Request) -> bool:
    """Return whether a request comes from a program (no origin) or from an allowed messenger."""
    origin = request.headers.get("Origin")
    return origin is None or origin in request.app[CONTEXT].settings.allowed_origins


@web.middleware
async def cross_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer preflights, and mark answers as readable for allowed origins."""
    origin = request.headers.get("Origin")
    allowed = origin is not None and origin_is_allowed(request)
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response: web.StreamResponse = web.Response(status=204)
        if allowed:
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, PATCH, DELETE"
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Range, Upload-Offset"
            response.headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
    else:
        response = await handler(request)
    if allowed and origin is not None and not response.prepared:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Retry-After, Content-Range"
        response.headers["Vary"] = "Origin"
    return response
