"""Asks companies' data endpoints: sealed for them, signed, within ten seconds, and nowhere a callback may not lead either.

A 421 says that the endpoint could not open the request: it is sealed with the key in force now and asked once more.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp
import msgspec

from handschlag.content.flows.exchange import MESSAGE_CHARACTERS, FlowProblem
from handschlag.gateway.rules.flow_encryption import (
    KEY_BYTES,
    VECTOR_BYTES,
    AnswerNotReadable,
    open_answer,
    seal_request,
)
from handschlag.gateway.webhooks.callback_address import PublicResolver
from handschlag.gateway.webhooks.signature import signature_headers
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from handschlag.gateway.company import Company

_log = get_logger(__name__)
ENDPOINT_SECONDS = 10.0
ANSWER_BYTES = 256 * 1024
# More questions at once than this are not put: their forms say "try again".
MOST_AT_ONCE = 200
_TRIES = 2
_USER_AGENT = "facebookexternalua"
_OK, _REFRESH_KEY, _TOKEN_INVALID = 200, 421, 427


class EndpointAnswer(NamedTuple):
    """What an endpoint said, or why it said nothing; `message` is its word to the person."""

    value: dict[str, Any] | None
    problem: FlowProblem | None = None
    message: str | None = None


class FlowEndpoints:
    """The HTTP client for data endpoints, and the questions under way."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open the session."""
        connector = aiohttp.TCPConnector(limit=0, resolver=None if self._private else PublicResolver())
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=ENDPOINT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def stop(self) -> None:
        """Give up what is under way: the forms ask again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    @property
    def is_full(self) -> bool:
        """Whether as many questions are under way as may be."""
        return len(self._tasks) >= MOST_AT_ONCE

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Work on a question beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ask(self, company: Company, url: str, request: dict[str, Any]) -> EndpointAnswer:
        """Put a request to an endpoint and return its answer, whatever went wrong."""
        body = msgspec.json.encode(request)
        for _ in range(_TRIES):
            public_key = company.number.public_key
            if not public_key:
                _log.warning("flow_key_missing", company=company.id)
                break
            answer = await self._ask_once(company, url, public_key, body)
            if answer is not None:
                return answer
        return EndpointAnswer(None, "refused")

    async def _ask_once(self, company: Company, url: str, public_key: str, request: bytes) -> EndpointAnswer | None:
        """Return the answer, or None if the endpoint asks for another key."""
        assert self._session is not None, "the gateway was not started"
        key, vector = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(VECTOR_BYTES)
        body = seal_request(public_key, request, key=key, vector=vector)
        headers = signature_headers(company.app_secret, body)
        headers |= {"Content-Type": "application/json", "User-Agent": _USER_AGENT}
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                status = response.status
                text = await _read(response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _log.info("flow_endpoint_unreachable", company=company.id, error=type(error).__name__)
            return EndpointAnswer(None, "unreachable")
        if status == _REFRESH_KEY:
            _log.info("flow_endpoint_refused", company=company.id, status=status)
            return None
        if text is None:
            return EndpointAnswer(None, "too_large")
        if status != _OK:
            _log.info("flow_endpoint_refused", company=company.id, status=status)
            problem: FlowProblem = "token" if status == _TOKEN_INVALID else "refused"
            return EndpointAnswer(None, problem, _said(text, key, vector) if problem == "token" else None)
        return _answered(text, key, vector)


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """Return the body, or None if it is larger than a form can take."""
    found = bytearray()
    async for chunk in response.content.iter_chunked(16 * 1024):
        found += chunk
        if len(found) > ANSWER_BYTES:
            return None
    return bytes(found)


def _answered(text: bytes, key: bytes, vector: bytes) -> EndpointAnswer:
    try:
        value = msgspec.json.decode(open_answer(text, key=key, vector=vector))
    except (AnswerNotReadable, msgspec.DecodeError, RecursionError):
        return EndpointAnswer(None, "broken")
    return EndpointAnswer(value) if isinstance(value, dict) else EndpointAnswer(None, "broken")


def _said(text: bytes, key: bytes, vector: bytes) -> str | None:
    """Return the sentence of a 427, which comes sealed or plain."""
    with contextlib.suppress(AnswerNotReadable):
        text = open_answer(text, key=key, vector=vector)
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    said = value.get("error_msg") if isinstance(value, dict) else None
    return said[:MESSAGE_CHARACTERS] if isinstance(said, str) and said else None
