"""The Graph error object: the only place where an error becomes an HTTP answer."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from handschlag.gateway.rules.error_codes import error_code
from handschlag.gateway.webhooks.bodies import ascii_json

if TYPE_CHECKING:
    from handschlag.gateway.errors import ApiError

API_VERSION = "v24.0"
JSON_TYPE = "application/json; charset=UTF-8"


def make_trace_id() -> str:
    """Return an id that an error carries and the logs repeat."""
    return "A" + secrets.token_urlsafe(16)


def graph_headers(trace_id: str) -> dict[str, str]:
    """Return the headers Graph puts on its answers."""
    return {
        "Content-Type": JSON_TYPE,
        "facebook-api-version": API_VERSION,
        "x-fb-trace-id": trace_id,
        "x-fb-request-id": trace_id,
        "Cache-Control": "no-store",
    }


def error_object(error: ApiError, trace_id: str) -> dict[str, object]:
    """Return the object that stands under `error`."""
    row = error_code(error.code)
    body: dict[str, object] = {
        "message": error.title or f"(#{row.code}) {row.title}",
        "type": error.kind or row.kind,
        "code": error.code,
        "error_data": {"messaging_product": "whatsapp", "details": error.details},
        "fbtrace_id": trace_id,
    }
    if error.subcode is not None:
        body["error_subcode"] = error.subcode
    if row.is_transient or error.user_title is not None:
        body["is_transient"] = row.is_transient
    if error.user_title is not None:
        body["error_user_title"] = error.user_title
        body["error_user_msg"] = error.user_message or error.details
    return body


def error_answer(error: ApiError, trace_id: str) -> web.Response:
    """Return the HTTP answer to a request that failed."""
    headers = graph_headers(trace_id) | (error.headers or {})
    if error.retry_after:
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    return web.Response(
        status=error.status or error_code(error.code).status,
        body=ascii_json({**(error.beside or {}), "error": error_object(error, trace_id)}),
        headers=headers,
    )
