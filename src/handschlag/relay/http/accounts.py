"""Accounts, logins and keys."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from handschlag.relay.actions.accounts.create_account import create_account
from handschlag.relay.actions.accounts.erase_account import erase_account
from handschlag.relay.actions.accounts.log_in import log_in, make_challenge
from handschlag.relay.actions.accounts.query_keys import claim_keys, query_keys
from handschlag.relay.actions.accounts.upload_keys import upload_keys, upload_signatures, upload_signing_keys
from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT, authenticated, limit_strangers, read_body
from handschlag.relay.live.socket import SOCKETS
from handschlag.wire.http import (
    ChallengeRequest,
    ClaimKeys,
    CreateAccount,
    EraseAccount,
    QueryKeys,
    TokenRequest,
    UploadKeys,
    UploadKeysAnswer,
    UploadSigningKeys,
)


async def post_account(request: web.Request) -> web.Response:
    """POST /v1/accounts."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.accounts)
    await create_account(context, await read_body(request, CreateAccount))
    return answer({}, status=201)


async def delete_account(request: web.Request) -> web.Response:
    """DELETE /v1/account; the sockets of its devices are closed."""
    sender = await authenticated(request)
    record = (await read_body(request, EraseAccount)).record
    for box in await erase_account(request.app[CONTEXT], sender, record):
        request.app[SOCKETS].sign_out(box)
    return answer({})


async def post_challenge(request: web.Request) -> web.Response:
    """POST /v1/auth/challenge."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.logins)
    return answer(make_challenge(context, await read_body(request, ChallengeRequest)))


async def post_token(request: web.Request) -> web.Response:
    """POST /v1/auth/token."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.logins)
    return answer(await log_in(context, await read_body(request, TokenRequest)))


async def post_keys(request: web.Request) -> web.Response:
    """POST /v1/keys/upload."""
    sender = await authenticated(request)
    stock = await upload_keys(request.app[CONTEXT], sender, await read_body(request, UploadKeys))
    return answer(UploadKeysAnswer(one_time_key_counts={"signed_curve25519": stock.one_time_keys}))


async def post_signing_keys(request: web.Request) -> web.Response:
    """POST /v1/keys/device_signing/upload."""
    sender = await authenticated(request)
    await upload_signing_keys(request.app[CONTEXT], sender, await read_body(request, UploadSigningKeys))
    return answer({})


async def post_signatures(request: web.Request) -> web.Response:
    """POST /v1/keys/signatures/upload."""
    sender = await authenticated(request)
    await upload_signatures(request.app[CONTEXT], sender, await read_body(request, dict[str, dict[str, Any]]))
    return answer({"failures": {}})


async def post_query(request: web.Request) -> web.Response:
    """POST /v1/keys/query."""
    sender = await authenticated(request)
    return answer(await query_keys(request.app[CONTEXT], sender, await read_body(request, QueryKeys)))


async def post_claim(request: web.Request) -> web.Response:
    """POST /v1/keys/claim; devices whose stock fell low are told."""
    sender = await authenticated(request)
    claimed, mailboxes = await claim_keys(request.app[CONTEXT], sender, await read_body(request, ClaimKeys))
    await request.app[SOCKETS].tell_stock(mailboxes)
    return answer(claimed)
