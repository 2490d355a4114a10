"""Reads requests: the body into a type, the caller's address, the device behind the token, within the limits."""

from __future__ import annotations

import asyncio
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TypeVar

import msgspec
from aiohttp import web

from handschlag.relay.actions.accounts.log_in import authenticate
from handschlag.relay.context import Context
from handschlag.relay.errors import BadRequest, RateLimited, Unauthorized
from handschlag.relay.mailroom import Address
from handschlag.relay.rules.token_bucket import RateLimit

T = TypeVar("T")

# Who sends a body drop by drop shall not hold a connection for ever.
BODY_SECONDS = 30.0

CONTEXT: web.AppKey[Context] = web.AppKey("context", Context)


async def read_body(request: web.Request, kind: type[T]) -> T:
    """Return the JSON body as a type; unknown fields are ignored."""
    try:
        return msgspec.json.decode((await read_bytes(request)).decode(), type=kind)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        raise BadRequest(what, field=where.strip("`").removeprefix("$.") or "body", limit=kind_name(kind)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # UTF-8 that is none and brackets without end have errors of their own.
        raise BadRequest("not JSON", field="body", limit=kind_name(kind)) from None


async def read_bytes(request: web.Request) -> bytes:
    """Return the whole body."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise BadRequest("the body stopped coming", field="body", limit=f"complete within {BODY_SECONDS:g} s") from None


def kind_name(kind: object) -> str:
    """Return how a type is called in an error."""
    return f"a JSON object {getattr(kind, '__name__', 'as specified')}"


def caller_address(request: web.Request) -> str:
    """Return the caller's address, from the proxy's header only where the operator trusts it."""
    if request.app[CONTEXT].settings.trust_forwarded:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        if forwarded:
            return network_of(forwarded)
    return network_of(request.remote or "")


def network_of(address: str) -> str:
    """Return whom an address stands for: in IPv6 its /64, because one customer of a provider has all of those addresses."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, 64), strict=False).network_address)
    return address


def limit_strangers(request: web.Request, limit: RateLimit) -> None:
    """Raise RateLimited if this address called too often."""
    _limit(limit, caller_address(request), request.app[CONTEXT])


async def authenticated(request: web.Request) -> Address:
    """Return the device behind the bearer token, within its account's limit."""
    context = request.app[CONTEXT]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized("send a token: Authorization: Bearer …")
    sender = await authenticate(context, token.strip())
    _limit(context.limits.calls, sender.account, context)
    return sender


def _limit(limit: RateLimit, key: str, context: Context) -> None:
    wait = limit.wait_for(key, context.clock.now())
    if wait:
        raise RateLimited(f"too many calls; again in {wait:.1f} s", retry_after=wait)
