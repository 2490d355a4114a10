"""Where links of messages may lead: http and https, and only to public addresses unless the operator allows a host."""

from __future__ import annotations

from ipaddress import ip_address

from yarl import URL

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.gateway.errors import shown
from handschlag.public_address import is_public_address

LINK_CHARACTERS = 2048


def parse_link(text: object, field: str) -> URL:
    """Return a link by its form alone; raises ContentError."""
    if isinstance(text, str) and len(text) > LINK_CHARACTERS:
        raise ContentError(INVALID_PARAMETER, field, f"got {len(text)} characters, at most {LINK_CHARACTERS}")
    try:
        url = URL(text) if isinstance(text, str) else None
        well_formed = url is not None and url.scheme in {"http", "https"} and bool(url.host) and url.port is not None
    except ValueError:
        url, well_formed = None, False
    if url is None or not well_formed:
        raise ContentError(INVALID_PARAMETER, field, f"got {shown(text)}, expected an http or https URL")
    return url


def is_allowed_literal(url: URL, hosts: frozenset[str]) -> bool:
    """Whether a link's host, if it is an address, may be asked; names are judged by what they resolve to."""
    host = (url.host or "").lower()
    if host in hosts:
        return True
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return True
    return is_public_address(host)
