"""Tokens over the API: an app's own token for its secret, and what a token is good for."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from handschlag.gateway.cloud_api.authorize import Callers
from handschlag.gateway.cloud_api.parse_shape import parse_shape
from handschlag.gateway.cloud_api.request_body import read_parameters
from handschlag.gateway.errors import RequestInvalid, TokenInvalid, shown

if TYPE_CHECKING:
    from aiohttp import web

    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.running import Running

_CLIENT = "client_credentials"
_EXCHANGE = "fb_exchange_token"


class IssueToken(msgspec.Struct):
    """Who asks for a token, and how it proves to be that."""

    client_id: str | int = ""
    client_secret: str | int = ""
    grant_type: str = _CLIENT
    code: str = ""
    fb_exchange_token: Annotated[str, Meta(description="a token of the app")] = ""


class DebugToken(msgspec.Struct):
    """Which token."""

    input_token: Annotated[str, Meta(description="a token")] = ""


async def issue_access_token(running: Running, request: web.BaseRequest) -> object:
    """`GET /oauth/access_token`: the app token for id and secret; it needs no keeping, since it is made of them."""
    asked = parse_shape(await read_parameters(request, running.settings.body_bytes), IssueToken)
    grant = asked.grant_type
    if asked.code or grant == "authorization_code":
        # A code comes out of a dialogue in which a business shares its account; here it runs a gateway itself.
        raise RequestInvalid(
            "code: got a code, but none is given out here; tokens are made with `handschlag gateway token create`",
            title="This authorization code is not valid.",
        )
    if grant not in {_CLIENT, _EXCHANGE}:
        raise RequestInvalid(f"grant_type: got {shown(grant)}, expected '{_CLIENT}' or '{_EXCHANGE}'")
    app_id, secret = str(asked.client_id), str(asked.client_secret)
    if not app_id or not secret:
        raise RequestInvalid(
            "client_id, client_secret: got nothing, expected both", title="Missing client_id parameter."
        )
    expected = running.app_secret(app_id)
    if expected is None or not hmac.compare_digest(expected, secret.encode()):
        raise RequestInvalid(
            f"client_secret: got another secret than that of app {shown(app_id)}",
            title="Error validating client secret.",
        )
    token = f"{app_id}|{secret}"
    if grant == _EXCHANGE:
        token = await _exchanged(running, app_id, asked.fb_exchange_token)
    return {"access_token": token, "business_token": token, "token_type": "bearer"}


async def _exchanged(running: Running, app_id: str, token: str) -> str:
    """Return the token itself: how long it lives was decided when it was made."""
    if not token:
        raise RequestInvalid(f"{_EXCHANGE}: got nothing, expected a token of app {app_id}")
    caller = await Callers(running).find(token)
    if caller.app_id != app_id:
        raise RequestInvalid(f"{_EXCHANGE}: got a token of another app, expected one of app {app_id}")
    return token


async def debug_token(call: Call) -> object:
    """`GET /debug_token`: what the token in `input_token` is good for."""
    token = (await call.read(DebugToken)).input_token
    if not token:
        raise RequestInvalid("input_token: got nothing, expected a token")
    try:
        caller = await Callers(call.running).find(token)
    except TokenInvalid as error:
        return {"data": {"is_valid": False, "error": {"code": error.code, "message": error.details}, "scopes": []}}
    companies = call.running.companies_of_app(caller.app_id)
    accounts = [company.row.waba_id for company in companies]
    return {
        "data": {
            "app_id": caller.app_id,
            "type": caller.kind,
            "application": companies[0].row.name if companies else caller.app_id,
            "data_access_expires_at": 0,
            "expires_at": int(caller.expires_at or 0),
            "is_valid": True,
            "issued_at": int(caller.issued_at),
            "scopes": list(caller.scopes),
            "granular_scopes": [{"scope": scope, "target_ids": accounts} for scope in caller.scopes],
            "user_id": caller.app_id,
        }
    }
