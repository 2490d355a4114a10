"""Sends one wake-up to a push service: sealed for the browser (RFC 8291), signed by the relay's own key (RFC 8292).

The push service learns that this relay woke that browser, when, and how often for the same chat; which chat, it does not.
Addresses come from users: they are checked again before each call, a name is followed to public addresses alone, redirects
are not followed, and of an answer only the status and `Retry-After` are looked at.
"""

from __future__ import annotations

import socket
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import digest
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlsplit

import aiohttp
import msgspec
from aiohttp import abc
from aiohttp.resolver import ThreadedResolver

from handschlag.clock import Clock
from handschlag.public_address import is_public_address
from handschlag.relay.rules.push_endpoint import check_endpoint, origin_of
from handschlag.relay.settings import RelaySettings
from handschlag.relay.signing_key import RelaySecrets
from handschlag.wire.errors import WireError
from handschlag.wire.limits import DAY
from handschlag.wire.push import PushSubscription, WakeUp

if TYPE_CHECKING:
    from py_vapid import Vapid02

_SECONDS = 10.0
# A browser that was away for longer looks for itself when it is opened.
_LIFE_SECONDS = 7 * DAY
_SIGNED_SECONDS = 12 * 3600
_SIGNED_ORIGINS = 1000
_LONGEST_WAIT = 3600.0
_TOPIC_BYTES = 24
_GONE = {404, 410}
_LATER = 500

Kind = Literal["sent", "gone", "refused", "unreachable"]


class Outcome(NamedTuple):
    """What became of one wake-up; `wait` is what the push service asks for before the next try."""

    kind: Kind
    wait: float = 0.0


class PushSender:
    """The relay as push services know it."""

    def __init__(self, settings: RelaySettings, secrets: RelaySecrets, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._topics = secrets.derive("push topics")
        self._key_text = urlsafe_b64encode(secrets.push_key).decode()
        self._contact = settings.push_contact or f"https://{settings.name.partition(':')[0]}"
        self._session: aiohttp.ClientSession | None = None
        self._vapid: Vapid02 | None = None
        self._signed: dict[str, tuple[dict[str, str], float]] = {}

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    async def send(self, box: int, subscription: PushSubscription, business: str) -> Outcome:
        """Wake a browser once."""
        # Loaded for the first who is woken: most of what comes with the library is never used.
        from pywebpush import WebPusher  # noqa: PLC0415

        try:
            check_endpoint(subscription.endpoint, self._settings.push_origins)
        except WireError:
            return Outcome("refused")
        keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
        pusher = WebPusher({"endpoint": subscription.endpoint, "keys": keys})
        body = pusher.encode(msgspec.json.encode(WakeUp(company=business)))["body"]
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(_LIFE_SECONDS),
            "Topic": self._topic(box, business),
            "Urgency": "high",
            **self._authorization(origin_of(subscription.endpoint)),
        }
        try:
            async with self._open().post(
                subscription.endpoint, data=body, headers=headers, allow_redirects=False
            ) as response:
                return _outcome(response.status, response.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, OSError, ValueError):
            return Outcome("unreachable")

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            known = {urlsplit(origin).hostname or "" for origin in self._settings.push_origins}
            connector = aiohttp.TCPConnector(
                limit=self._settings.push_concurrency, resolver=_PushResolver(frozenset(known))
            )
            timeout = aiohttp.ClientTimeout(total=_SECONDS)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    def _topic(self, box: int, business: str) -> str:
        """Return a name under which wake-ups for one chat replace each other; it says nothing to anybody else."""
        name = digest(self._topics, f"{box} {business}".encode(), sha256)[:_TOPIC_BYTES]
        return urlsafe_b64encode(name).decode()

    def _authorization(self, origin: str) -> dict[str, str]:
        now = self._clock.now()
        headers, until = self._signed.get(origin, ({}, 0.0))
        if until <= now:
            if self._vapid is None:
                from py_vapid import Vapid02  # noqa: PLC0415  comes with the library above

                self._vapid = Vapid02.from_raw(self._key_text.rstrip("=").encode())
            # Push services take 24 hours at most, by their own clocks.
            claims = {"aud": origin, "exp": int(now) + _SIGNED_SECONDS, "sub": self._contact}
            headers = self._vapid.sign(claims)
            if len(self._signed) >= _SIGNED_ORIGINS:
                self._signed.clear()
            self._signed[origin] = (headers, now + _SIGNED_SECONDS / 2)
        return headers


def _outcome(status: int, retry_after: str) -> Outcome:
    if 200 <= status < 300:  # noqa: PLR2004  what HTTP calls success
        return Outcome("sent")
    if status in _GONE:
        return Outcome("gone")
    if status == 429 or status >= _LATER:  # noqa: PLR2004  too many requests
        wait = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
        return Outcome("unreachable", min(wait, _LONGEST_WAIT))
    return Outcome("refused")


class _PushResolver(abc.AbstractResolver):
    """Resolves push services' names to public addresses alone, except those the operator added."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[abc.ResolveResult]:
        """Return the addresses of a host that may be asked."""
        found = await self._resolver.resolve(host, port, family)
        allowed = found if host in self._known else [one for one in found if is_public_address(one["host"])]
        if not allowed:
            raise OSError(None, "the name leads to no public address")
        return allowed

    async def close(self) -> None:
        """Release nothing: the threads are the loop's."""
        await self._resolver.close()
