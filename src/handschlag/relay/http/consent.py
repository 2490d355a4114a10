"""Grants, withdrawals and blocks of the customer who calls."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.actions.consent.record_consent import (
    accept_grant,
    accept_withdrawal,
    block_company,
    show_consents,
    unblock_company,
)
from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT, authenticated, read_body
from handschlag.wire.http import PostRecord, PostRecordAnswer
from handschlag.wire.ids import parse_account_id


async def post_grant(request: web.Request) -> web.Response:
    """POST /v1/consent/grants."""
    sender = await authenticated(request)
    record = (await read_body(request, PostRecord)).record
    return answer(PostRecordAnswer(receipt=await accept_grant(request.app[CONTEXT], sender, record)))


async def post_withdrawal(request: web.Request) -> web.Response:
    """POST /v1/consent/withdrawals."""
    sender = await authenticated(request)
    record = (await read_body(request, PostRecord)).record
    return answer(PostRecordAnswer(receipt=await accept_withdrawal(request.app[CONTEXT], sender, record)))


async def get_consents(request: web.Request) -> web.Response:
    """GET /v1/consent."""
    return answer(await show_consents(request.app[CONTEXT], await authenticated(request)))


async def put_block(request: web.Request) -> web.Response:
    """PUT /v1/blocks/{business}."""
    sender = await authenticated(request)
    await block_company(request.app[CONTEXT], sender, parse_account_id(request.match_info["business"], "business"))
    return answer({})


async def delete_block(request: web.Request) -> web.Response:
    """DELETE /v1/blocks/{business}."""
    sender = await authenticated(request)
    await unblock_company(request.app[CONTEXT], sender, parse_account_id(request.match_info["business"], "business"))
    return answer({})
