"""The one door through which errors become answers: JSON with a code, a sentence, and what helps to mend it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from handschlag.relay.errors import BadRequest, RequestRefused
from handschlag.relay.http.requests import CONTEXT
from handschlag.telemetry.logs import get_logger
from handschlag.wire.errors import WireError
from handschlag.wire.http import ErrorAnswer, ErrorBody
from handschlag.wire.limits import HTTP_BODY_BYTES

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = get_logger(__name__)
_encode = msgspec.json.Encoder().encode
_NOT_FOUND = 404
_TOO_LARGE = 413
_SERVER_ERROR = 500


def answer(value: object, status: int = 200) -> web.Response:
    """Return a value as JSON."""
    return web.Response(body=_encode(value), status=status, content_type="application/json")


def error_answer(status: int, body: ErrorBody) -> web.Response:
    """Return an error as JSON; `Retry-After` stands where waiting helps."""
    response = answer(ErrorAnswer(error=body), status)
    if body.retry_after:
        response.headers["Retry-After"] = str(max(1, round(body.retry_after)))
    return response


def refusal_answer(error: RequestRefused) -> web.Response:
    """Return what was refused and why."""
    return error_answer(
        error.status,
        ErrorBody(
            code=error.code,
            message=str(error),
            field=error.field,
            seen=error.seen,
            limit=error.limit,
            retry_after=round(error.retry_after, 3),
            record=error.record,
        ),
    )


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every failure as JSON, and count all answers by their status."""
    response = await _answered(request, handler)
    request.app[CONTEXT].metrics.requests.labels(str(response.status)).inc()
    return response


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Return what the handler answers; what nobody foresaw is logged and told as `unavailable`, without its text."""
    try:
        return await handler(request)
    except RequestRefused as error:
        return refusal_answer(error)
    except WireError as error:
        refused = BadRequest(str(error), field=error.field, seen=error.seen, limit=error.limit)
        return refusal_answer(refused)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004  a redirect is no error
            raise
        if error.status == _TOO_LARGE:
            limit = f"at most {HTTP_BODY_BYTES} bytes"
            return error_answer(
                _TOO_LARGE, ErrorBody(code="too_large", message=error.reason, field="body", limit=limit)
            )
        code = "not_found" if error.status == _NOT_FOUND else "bad_request"
        return error_answer(error.status, ErrorBody(code=code, message=error.reason))
    except RecursionError:
        return refusal_answer(BadRequest("brackets without end", field="body"))
    except ConnectionResetError:
        raise
    except Exception:  # noqa: BLE001  the door to the caller: nothing unforeseen may pass it as a traceback
        _log.exception("request_failed", method=request.method, route=route_name(request))
        return error_answer(_SERVER_ERROR, ErrorBody(code="unavailable", message="the relay failed; try again later"))


def route_name(request: web.Request) -> str:
    """Return the pattern of a request's route: its path may name somebody."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"
