"""The address that short links, QR codes and pictures begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

    from handschlag.gateway.running import Running


def link_base(running: Running, request: web.BaseRequest) -> str:
    """Return the address that links begin with."""
    settings = running.settings
    base = settings.link_url or settings.public_url or f"{request.scheme}://{request.host}"
    return base.rstrip("/")
