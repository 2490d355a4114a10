"""Where callbacks may lead: by default only to public addresses over https, checked when connecting, not only when set."""

from __future__ import annotations

import ipaddress
import socket

from aiohttp import abc
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from handschlag.gateway.errors import RequestInvalid, shown


def parse_callback_url(text: object, *, private: bool, field: str = "callback_url") -> URL:
    """Return the URL of an endpoint; with `private` plain http and any address are allowed."""
    try:
        url = URL(text) if isinstance(text, str) else None
    except ValueError:
        url = None
    if url is None or url.scheme not in {"http", "https"} or not url.host:
        raise RequestInvalid(f"{field}: got {shown(text)}, expected an http or https URL")
    if not private:
        if url.scheme != "https":
            raise RequestInvalid(
                f"{field}: got {shown(text)}, expected https; the operator may allow private callbacks"
            )
        if _is_private_literal(url.host):
            raise RequestInvalid(f"{field}: got {shown(text)}, expected a public address")
    return url


def _is_private_literal(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class PublicResolver(abc.AbstractResolver):
    """Resolves names to public addresses only, so that a name cannot be turned to an inner machine later."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[abc.ResolveResult]:
        """Return the public addresses of a host."""
        found = [
            r for r in await self._resolver.resolve(host, port, family) if ipaddress.ip_address(r["host"]).is_global
        ]
        if not found:
            raise OSError(None, "the name leads to no public address")
        return found

    async def close(self) -> None:
        """Release nothing: the threads are the loop's."""
        await self._resolver.close()
