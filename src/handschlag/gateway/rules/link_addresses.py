"""Where links of messages may lead: http and https, and only to public addresses unless the operator allows a host."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from yarl import URL

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.gateway.errors import shown

LINK_CHARACTERS = 2048
_NAT64 = ip_network("64:ff9b::/96")


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


def is_public_address(text: str) -> bool:
    """Whether an address is one of the public internet; addresses that wrap an IPv4 address are judged by that one."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            address = inner
    return address.is_global and not address.is_multicast


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
