"""Fetches what a link leads to: within its time, its size and its type, and from no address the operator keeps private."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import abc
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from handschlag.content.errors import ContentError
from handschlag.content.media import MEDIA_TYPES
from handschlag.gateway.actions.media.follow_link import PRIVATE, allowed_hosts, follow_link
from handschlag.gateway.actions.media.keep_file import store_file, write_file
from handschlag.gateway.errors import MediaFailed
from handschlag.gateway.rules.links.addresses import parse_link
from handschlag.gateway.rules.media_types import FileType, tell_file_type
from handschlag.public_address import is_public_address

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.settings import GatewaySettings
    from handschlag.gateway.storage.media import MediaRow

# The copy of a linked file is no upload: it stays until messages that wait for it are on their way.
_KEPT_SECONDS = 86_400.0


class LinkResolver(abc.AbstractResolver):
    """Resolves names to public addresses only, for every connection anew, unless the operator allows the name."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._everything = settings.private_links
        self._hosts = allowed_hosts(settings)
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[abc.ResolveResult]:
        """Return the addresses of a host that may be asked."""
        found = await self._resolver.resolve(host, port, family)
        if self._everything or host.lower() in self._hosts:
            return found
        public = [result for result in found if is_public_address(result["host"])]
        if not public:
            raise PrivateAddress(None, PRIVATE)
        return public

    async def close(self) -> None:
        """Release nothing: the threads are the loop's."""
        await self._resolver.close()


class PrivateAddress(OSError):
    """A name that leads to private addresses alone."""


def open_link_session(settings: GatewaySettings) -> aiohttp.ClientSession:
    """Return the session that fetches links: nothing is decompressed, no cookie is kept, no proxy or password file is read."""
    connector = aiohttp.TCPConnector(limit=64, resolver=LinkResolver(settings), use_dns_cache=False)
    timeout = aiohttp.ClientTimeout(total=settings.link_timeout, sock_connect=10.0, sock_read=20.0)
    return aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


async def fetch_link(running: Running, company: Company, link: str, kind: str) -> MediaRow:
    """Return the file behind a link, fetched now; raises MediaFailed with a sentence that says what was seen."""
    return await running.media.once(
        "link", f"{company.id} {kind} {link}", partial(_fetch, running, company, link, kind)
    )


async def _fetch(running: Running, company: Company, link: str, kind: str) -> MediaRow:
    field = f"{kind}.link"
    try:
        row = await _follow(running, company, parse_link(link, field), kind)
    except ContentError as error:
        raise MediaFailed(f"{error.field}: {error.details}") from None
    except TimeoutError:
        limit = running.settings.link_timeout
        raise MediaFailed(f"{field}: got no whole file in time, at most {limit:g} seconds") from None
    except (aiohttp.ClientError, OSError) as error:
        raise MediaFailed(f"{field}: {_why(error)}") from None
    until = running.clock.now() + running.settings.link_cache_seconds
    running.media.remember_link(company.id, link, row.id, until)
    return row


async def _follow(running: Running, company: Company, url: URL, kind: str) -> MediaRow:
    async with asyncio.timeout(running.settings.link_timeout), follow_link(running, url, f"{kind}.link") as answer:
        return await _take(running, company, answer, kind)


async def _take(running: Running, company: Company, answer: aiohttp.ClientResponse, kind: str) -> MediaRow:
    field, most = f"{kind}.link", MEDIA_TYPES[kind].bytes
    if answer.status != HTTPStatus.OK:
        raise MediaFailed(f"{field}: got status {answer.status}, expected 200")
    encoding = answer.headers.get("Content-Encoding", "identity").lower()
    if encoding != "identity":
        raise MediaFailed(f"{field}: got Content-Encoding '{encoding[:40]}', expected none")
    length = answer.content_length
    if length is not None and length > most:
        raise MediaFailed(f"{field}: got {length} bytes, at most {most} for {kind}")
    declared = answer.headers.get("Content-Type")

    def judge(first: bytes) -> FileType:
        if not first:
            raise MediaFailed(f"{field}: got 0 bytes, expected a file")
        return fitting(tell_file_type(first, declared, field), kind, field)

    kept = await write_file(running.media, _pieces(answer), judge, field=field)
    return await store_file(running, company, kept, source="link", filename=_filename(answer), seconds=_KEPT_SECONDS)


async def _pieces(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async for piece in answer.content.iter_any():
        yield piece


def fitting(file_type: FileType, kind: str, field: str) -> FileType:
    """Return the type of a file if this message type may hold it."""
    allowed = MEDIA_TYPES[kind].mime_types
    if file_type.mime_type not in allowed:
        raise MediaFailed(f"{field}: got '{file_type.mime_type}', expected one of {', '.join(sorted(allowed))}")
    return file_type


def _filename(answer: aiohttp.ClientResponse) -> str | None:
    disposition = answer.content_disposition
    name = disposition.filename if disposition is not None else None
    return (name or answer.url.name or None) and (name or answer.url.name)[:240]


def _why(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, PrivateAddress):
            return PRIVATE
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, aiohttp.ClientPayloadError):
        return "got an answer that ended too early"
    return f"got no answer ({type(error).__name__}), expected a file"
