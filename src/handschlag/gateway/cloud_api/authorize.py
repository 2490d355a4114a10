"""Finds out who asks: bearer tokens in the header, the query or a form, app tokens, and what each may use."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from handschlag.gateway.errors import TokenInvalid
from handschlag.gateway.storage.schema.company_tables import ALL_SCOPES
from handschlag.gateway.storage.tokens import find_token, token_hash

if TYPE_CHECKING:
    from aiohttp import web

    from handschlag.gateway.running import Running

_EVERYTHING = tuple(ALL_SCOPES.split(","))
_CANNOT_PARSE = "Invalid OAuth access token - Cannot parse access token"
_EXPIRED = "Error validating access token: Session has expired"
# A token removed on the command line is good for this long still.
_REMEMBERED_SECONDS = 30.0
_MOST_REMEMBERED = 10_000
_LONGEST_TOKEN = 1024


class Caller(NamedTuple):
    """The app a request acts for; `expires_at` None: the token does not end. `is_limited`: it lacks one of the permissions."""

    app_id: str
    kind: str
    issued_at: float
    expires_at: float | None
    scopes: tuple[str, ...] = _EVERYTHING
    is_limited: bool = False


class Callers:
    """Remembers callers by their token for a short time."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._known: OrderedDict[str, tuple[Caller, float]] = OrderedDict()

    def remembered(self, token: str) -> Caller | None:
        """Return the caller if it was looked up a moment ago."""
        found = self._known.get(token)
        if found is None:
            return None
        caller, looked_up_at = found
        now = self._running.clock.now()
        if now - looked_up_at > _REMEMBERED_SECONDS or (caller.expires_at is not None and caller.expires_at <= now):
            return None
        return caller

    async def find(self, token: str | None) -> Caller:
        """Return who a token belongs to; raises TokenInvalid."""
        if not token:
            raise TokenInvalid(
                "access_token: got nothing, expected 'Authorization: Bearer <token>'", title=_CANNOT_PARSE
            )
        if not token.isascii():
            # A header's bytes that are no UTF-8 are half characters, which nothing can encode again.
            raise TokenInvalid("access_token: got a character that no token has", title=_CANNOT_PARSE)
        if len(token) > _LONGEST_TOKEN:
            raise TokenInvalid(
                f"access_token: got {len(token)} characters, at most {_LONGEST_TOKEN}", title=_CANNOT_PARSE
            )
        if (caller := self.remembered(token)) is not None:
            return caller
        self._known.pop(token, None)
        caller = await self._look_up(token)
        self._known[token] = (caller, self._running.clock.now())
        if len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)
        return caller

    async def _look_up(self, token: str) -> Caller:
        app_id, separator, secret = token.partition("|")
        if separator:
            expected = self._running.app_secret(app_id)
            if expected is not None and hmac.compare_digest(expected, secret.encode()):
                return Caller(app_id, "APP", 0.0, None)
            raise TokenInvalid("access_token: got an app token whose secret is wrong", title=_CANNOT_PARSE)
        hash_ = token_hash(token)
        row = await self._running.store.read(lambda connection: find_token(connection, hash_))
        if row is None:
            raise TokenInvalid("access_token: got a token this gateway does not know", title=_CANNOT_PARSE)
        if row.expires_at is not None and row.expires_at <= self._running.clock.now():
            raise TokenInvalid("access_token: got a token that has expired", title=_EXPIRED)
        scopes = tuple(row.scopes.split(","))
        limited = not set(_EVERYTHING) <= set(scopes)
        return Caller(row.app_id, row.kind, row.created_at, row.expires_at, scopes, limited)


def token_in_header(request: web.BaseRequest) -> str | None:
    """Return the token of `Authorization: Bearer …` (or `OAuth …`, as uploads spell it), else of the query."""
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() in {"bearer", "oauth"} and token:
            return token.strip()
        return None
    return request.query.get("access_token") if "access_token" in request.query_string else None
