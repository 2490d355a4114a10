"""Telephone numbers, proved by a code."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.actions.numbers.prove_number import forget_numbers, prove_number, show_numbers
from handschlag.relay.actions.numbers.send_number_code import send_number_code
from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT, authenticated, caller_address, read_body
from handschlag.wire.numbers import AskNumberCode, ProveNumber


async def post_code(request: web.Request) -> web.Response:
    """POST /v1/numbers/code."""
    sender = await authenticated(request)
    asked = await read_body(request, AskNumberCode)
    return answer(await send_number_code(request.app[CONTEXT], sender, caller_address(request), asked))


async def post_verify(request: web.Request) -> web.Response:
    """POST /v1/numbers/verify."""
    sender = await authenticated(request)
    return answer(await prove_number(request.app[CONTEXT], sender, await read_body(request, ProveNumber)))


async def get_numbers(request: web.Request) -> web.Response:
    """GET /v1/numbers."""
    return answer(await show_numbers(request.app[CONTEXT], await authenticated(request)))


async def delete_numbers(request: web.Request) -> web.Response:
    """DELETE /v1/numbers."""
    await forget_numbers(request.app[CONTEXT], await authenticated(request))
    return answer({})
