"""Makes the HTTP requests of webhooks: bodies put together, signed, posted over connections that stay open."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp

from handschlag.gateway.webhooks.bodies import post_body
from handschlag.gateway.webhooks.callback_address import PublicResolver
from handschlag.gateway.webhooks.outcome import Outcome
from handschlag.gateway.webhooks.signature import signature_headers
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from handschlag.gateway.metrics import GatewayMetrics
    from handschlag.gateway.storage.subscriptions import SubscriptionRow
    from handschlag.gateway.storage.webhook_queue import QueuedEvent

_log = get_logger(__name__)
_USER_AGENT = "facebookexternalua"
_KEPT_OF_ANSWER = 1024
_NO_SECRET = Outcome(None, "NoSecret", 0.0, {}, b"")


class WebhookPoster:
    """Posts events to endpoints; one session for all, with no limit but each endpoint's own lanes."""

    def __init__(
        self, *, timeout: float, private: bool, secret_of: Callable[[str], bytes | None], metrics: GatewayMetrics
    ) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._private = private
        self._secret_of = secret_of
        self._metrics = metrics
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the session."""
        resolver = None if self._private else PublicResolver()
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60, resolver=resolver)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=self._timeout, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
        )

    async def stop(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def __call__(self, subscription: SubscriptionRow, events: list[QueuedEvent]) -> Outcome:
        """Post the events and return what came of it; a 2xx confirms them."""
        secret = self._secret_of(subscription.app_id)
        if self._session is None or secret is None:
            return _NO_SECRET
        body = post_body([event.entry for event in events])
        headers = signature_headers(secret, body)
        headers["Content-Type"] = "application/json"
        headers["User-Agent"] = _USER_AGENT
        headers["X-Event-Id"] = ",".join([str(event.sequence) for event in events])
        time = asyncio.get_running_loop().time
        began = time()
        try:
            async with self._session.post(
                subscription.callback_url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                # What has arrived, and no more: who sends without end is let go of.
                said = (await answer.content.readany())[:_KEPT_OF_ANSWER]
                outcome = Outcome(answer.status, None, time() - began, headers, said)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._metrics.webhooks.labels("unreachable").inc()
            _log.info("webhook_unreachable", subscription=subscription.id, error=type(error).__name__)
            return Outcome(None, type(error).__name__, time() - began, headers, b"")
        self._metrics.webhooks.labels("confirmed" if outcome.confirmed else "refused").inc()
        if not outcome.confirmed:
            _log.info(
                "webhook_refused", subscription=subscription.id, status=answer.status, attempts=events[0].attempts + 1
            )
        return outcome

    async def get_challenge(self, url: str, query: dict[str, str]) -> tuple[int, bytes]:
        """Ask an endpoint to repeat a challenge; returns status and the first kilobyte of its answer."""
        assert self._session is not None
        async with self._session.get(
            url, params=query, headers={"User-Agent": _USER_AGENT}, allow_redirects=False
        ) as answer:
            return answer.status, await answer.content.read(1024)
