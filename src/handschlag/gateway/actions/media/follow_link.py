"""Follows a link through its redirects: each step to a public address, or to a host that the operator allows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from handschlag.gateway.errors import MediaFailed
from handschlag.gateway.rules.links.addresses import is_allowed_literal, parse_link

if TYPE_CHECKING:
    from handschlag.gateway.running import Running
    from handschlag.gateway.settings import GatewaySettings

PRIVATE = "leads to a private address; the operator may allow it"
_REDIRECTS = 5
_REDIRECTING = {301, 302, 303, 307, 308}
_USER_AGENT = "handschlag"


def allowed_hosts(settings: GatewaySettings) -> frozenset[str]:
    """Return the hosts that are allowed though private."""
    return frozenset(host.lower() for host in settings.link_hosts)


@asynccontextmanager
async def follow_link(running: Running, url: URL, field: str) -> AsyncIterator[aiohttp.ClientResponse]:
    """Open what a link leads to at last; raises MediaFailed and ContentError for where it may not lead, and what aiohttp raises."""
    session, settings = running.media.session, running.settings
    assert session is not None
    headers = {"User-Agent": _USER_AGENT, "Accept-Encoding": "identity", "Accept": "*/*"}
    for _ in range(_REDIRECTS + 1):
        if not settings.private_links and not is_allowed_literal(url, allowed_hosts(settings)):
            raise MediaFailed(f"{field}: {PRIVATE}")
        async with session.get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status not in _REDIRECTING:
                yield answer
                return
            location = answer.headers.get("Location", "")
        if not location:
            raise MediaFailed(f"{field}: got status {answer.status} without a Location, expected 200")
        url = parse_link(str(url.join(URL(location))), field)
    raise MediaFailed(f"{field}: got more than {_REDIRECTS} redirects, at most {_REDIRECTS}")
