"""The API's door: splits the path, finds the caller, calls the route's handler, and turns every error into Graph's object.

Built on aiohttp's low-level server: Graph's paths begin with ids and versions, which no router knows, and a router costs time.
"""

from __future__ import annotations

import asyncio
import socket
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from handschlag.content.errors import ContentError
from handschlag.database.errors import DatabaseError
from handschlag.gateway.cloud_api.authorize import Callers, token_in_header
from handschlag.gateway.cloud_api.call import Call
from handschlag.gateway.cloud_api.error_answers import error_answer, graph_headers, make_trace_id
from handschlag.gateway.cloud_api.idempotency import answer_call_once, key_of
from handschlag.gateway.cloud_api.not_offered import not_offered
from handschlag.gateway.cloud_api.numbers.public_links import follow_link
from handschlag.gateway.cloud_api.paths import GraphPath, split_path
from handschlag.gateway.cloud_api.permissions import check_permission, check_proof, count_call
from handschlag.gateway.cloud_api.routes import OPEN_ROUTES, ROUTES
from handschlag.gateway.errors import ApiError, EdgeUnknown, MethodNotOffered, NotNow, RequestInvalid, shown
from handschlag.gateway.webhooks.bodies import ascii_json
from handschlag.telemetry.logs import get_logger
from handschlag.wire.errors import WireError

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.route import Route
    from handschlag.gateway.running import Running

_log = get_logger(__name__)
_KEEP_ALIVE_SECONDS = 75.0
_STOP_SECONDS = 5.0


class Door:
    """Listens for programs."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._callers = Callers(running)
        self._headers = graph_headers("")
        self._runner: web.ServerRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Begin to listen."""
        settings = self._running.settings
        server = _Server(self.handle, request_factory=self._make_request)
        self._runner = web.ServerRunner(server, shutdown_timeout=_STOP_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, settings.host, settings.port, backlog=1024)
        await site.start()
        bound: socket.socket = site._server.sockets[0]  # type: ignore[union-attr]
        port = bound.getsockname()[1]
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        self.url = f"http://{host}:{port}"
        _log.info("gateway_listening", port=port)

    async def stop(self) -> None:
        """Stop listening; requests under way are finished."""
        if self._runner is not None:
            await self._runner.cleanup()

    def _make_request(self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        return web.BaseRequest(
            message,
            payload,
            protocol,
            writer,
            task,
            asyncio.get_running_loop(),
            client_max_size=self._running.settings.body_bytes,
        )

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; whatever goes wrong, with JSON."""
        try:
            answer = await self._answer(request)
            if isinstance(answer, web.StreamResponse):
                return answer
            body, headers = answer
            return web.Response(body=body, headers=headers)
        except Exception as error:  # noqa: BLE001  the door is where errors end
            return self._error(request, error)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse | tuple[bytes, dict[str, str]]:
        path = split_path(request.path)
        if "\0" in request.path:
            raise EdgeUnknown(f"path: got {shown(request.path)}, expected one without the character U+0000")
        method = "GET" if request.method == "HEAD" else request.method
        opened = OPEN_ROUTES.get(path.pattern)
        if opened is not None and not path.rest:
            return self._with_headers(await opened.handler(self._running, request), {})
        token = token_in_header(request)
        caller = self._callers.remembered(token) if token is not None else None
        call = Call(self._running, request, path, caller)  # type: ignore[arg-type]
        if caller is None:
            if token is None and request.headers.get("Authorization") is None:
                if method == "GET" and (followed := await follow_link(self._running, request, path)) is not None:
                    return followed
                if request.can_read_body:
                    given = (await call.parameters()).get("access_token")
                    token = given if isinstance(given, str) else None
            call.caller = caller = await self._callers.find(token)
        if "appsecret_proof" in request.query_string:
            check_proof(self._running, caller, str(token), request.query.get("appsecret_proof", ""))
        route = _route(path, method)
        if caller.is_limited:
            check_permission(caller, path.pattern)
        usage = count_call(self._running, caller, path)
        key = key_of(call)
        answer = await route.handler(call) if key is None else await answer_call_once(call, key, route.handler)
        return self._with_headers(answer, usage)

    def _with_headers(self, answer: object, more: dict[str, str]) -> web.StreamResponse | tuple[bytes, dict[str, str]]:
        if isinstance(answer, web.StreamResponse):
            return answer
        body = answer if isinstance(answer, bytes) else ascii_json(answer)
        return body, {**self._headers, **more} if more else self._headers

    def _error(self, request: web.BaseRequest, error: Exception) -> web.Response:
        trace_id = make_trace_id()
        known = _as_api_error(error)
        fields = {"trace_id": trace_id, "method": request.method, "code": known.code, "route": _route_name(request)}
        if known.code == ApiError.code:
            _log.error("request_failed", exc_info=error, **fields)
        else:
            _log.info("request_refused", error=type(known).__name__, **fields)
        self._running.metrics.errors.labels(str(known.code)).inc()
        return error_answer(known, trace_id)


def _route(path: GraphPath, method: str) -> Route:
    methods = ROUTES.get(path.pattern)
    if methods is None or path.rest or method not in methods:
        told = not_offered(path, method)
        if told is not None:
            raise told
    if methods is None or path.rest:
        raise EdgeUnknown(
            f"path: got '/{'/'.join((*path.pattern, *path.rest))[:80]}', which is not offered",
            title=f"Unknown path components: /{'/'.join((*path.pattern[1:], *path.rest))[:80]}",
        )
    route = methods.get(method)
    if route is None:
        raise MethodNotOffered(
            f"method: got {method[:16]}, expected {' or '.join(methods)}",
            title=f"Unsupported {method[:16].lower()} request.",
        )
    return route


def _route_name(request: web.BaseRequest) -> str:
    """Return a path for the log: its pattern, for an id in it may be a number."""
    pattern = split_path(request.path).pattern
    return "/" + "/".join(pattern) if pattern in ROUTES or pattern in OPEN_ROUTES else "other"


def _as_api_error(error: Exception) -> ApiError:
    """Return the error that a program is told."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, ContentError):
        told = ApiError(f"{error.field}: {error.details}")
        told.code = error.code
        return told
    if isinstance(error, WireError):
        return RequestInvalid(str(error))
    if isinstance(error, DatabaseError):
        return NotNow("the gateway's database takes nothing at the moment", retry_after=5)
    return ApiError("an internal error; its place stands in the gateway's log beside this fbtrace_id")


class _Protocol(RequestHandler):
    """aiohttp's connection handler, whose own errors (broken HTTP) are answered in Graph's shape too."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Return a Graph error and close the connection."""
        del request, message  # the request is what could not be read, the message is aiohttp's page
        trace_id = make_trace_id()
        _log.info("request_not_readable", trace_id=trace_id, status=status, error=type(exc).__name__)
        if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            error: ApiError = RequestInvalid("request: got something that is not HTTP/1.1")
            error.status = status
        else:
            error = ApiError("an internal error")
        response = error_answer(error, trace_id)
        response.force_close()
        return response


class _Server(web.Server):
    def __call__(self) -> RequestHandler:
        return _Protocol(
            self,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # None is how aiohttp is told to keep none
            keepalive_timeout=_KEEP_ALIVE_SECONDS,
            tcp_keepalive=True,
        )
