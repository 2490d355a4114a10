"""Makes the preview of a linked page: fetched within a few seconds, as files behind links are, or not at all.

A page is looked at because the company asked for it (`preview_url`). Whatever goes wrong is no fault of the message,
which leaves without.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

import aiohttp
import msgspec
from yarl import URL

from handschlag.content.errors import ContentError
from handschlag.content.link_preview import LINK_THUMBNAIL_BYTES, LinkPreview, parse_link_preview
from handschlag.content.media import MEDIA_TYPES
from handschlag.gateway.actions.media.follow_link import follow_link
from handschlag.gateway.actions.media.make_preview import as_jpeg, draw_small, may_be_decoded, open_picture
from handschlag.gateway.errors import MediaFailed
from handschlag.gateway.rules.links.addresses import parse_link
from handschlag.gateway.rules.links.pages import HTML_TYPES, PAGE_BYTES, PageHead, read_page
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

_log = get_logger(__name__)
_FIELD = "text.body"
_PIXELS = 320
_QUALITIES = (70, 55, 40, 25)
# A page that was not there may be there soon.
_NOTHING_SECONDS = 60.0


class _Page(NamedTuple):
    head: PageHead
    url: URL


async def make_link_preview(running: Running, company: Company, link: str) -> LinkPreview | None:
    """Return the preview of a link, fetched now and once for all who ask, or None if there is nothing to show."""
    if not running.link_previews.is_known(company.id, link, running.clock.now()):
        work = partial(_make, running, company, link)
        return await running.media.once("page", f"{company.id} {link}", work)
    return running.link_previews.find(company.id, link)


async def _make(running: Running, company: Company, link: str) -> LinkPreview | None:
    loop = asyncio.get_running_loop()
    end = loop.time() + running.settings.link_preview_timeout
    preview = None
    try:
        async with asyncio.timeout_at(end), running.link_previews.fetching:
            page = await _fetch_page(running, link)
        if page is not None:
            preview = LinkPreview(url=link, title=page.head.title, description=page.head.description)
            preview = await _with_picture(running, company, preview, page, end)
            # Nothing leaves that a reader would refuse.
            parse_link_preview(msgspec.to_builtins(preview), "preview", link)
    except (MediaFailed, ContentError, TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        _log.info("no_link_preview", company=company.id, error=type(error).__name__)
        preview = None
    seconds = running.settings.link_cache_seconds
    until = running.clock.now() + (seconds if preview is not None else min(seconds, _NOTHING_SECONDS))
    running.link_previews.remember(company.id, link, preview, until)
    return preview


async def _fetch_page(running: Running, link: str) -> _Page | None:
    async with follow_link(running, parse_link(link, _FIELD), _FIELD) as answer:
        if answer.status != HTTPStatus.OK or answer.content_type not in HTML_TYPES or _is_encoded(answer):
            return None
        content = bytearray()
        async for piece in answer.content.iter_any():
            content += piece
            if len(content) >= PAGE_BYTES or b"</head" in content[-len(piece) - 6 :]:
                break
        url, charset = answer.url, answer.charset
        # The rest of a long page is not waited for.
        answer.close()
    head = await asyncio.to_thread(read_page, bytes(content[:PAGE_BYTES]), charset)
    return _Page(head, url) if head is not None else None


async def _with_picture(
    running: Running, company: Company, preview: LinkPreview, page: _Page, end: float
) -> LinkPreview:
    """Return the preview with the page's picture, if that is here in time and none too large."""
    if page.head.picture is None:
        return preview
    try:
        async with asyncio.timeout_at(end), running.link_previews.fetching:
            content = await _fetch_picture(running, page.url.join(URL(page.head.picture)))
            if content is None:
                return preview
            async with running.media.previewing:
                drawn = await asyncio.to_thread(_draw, content)
    except Exception as error:  # noqa: BLE001  the trouble of a link or a decoder with one picture keeps no message from leaving
        _log.info("no_link_picture", company=company.id, error=type(error).__name__)
        return preview
    if drawn is None:
        return preview
    thumbnail, width, height = drawn
    return msgspec.structs.replace(preview, thumbnail=thumbnail, width=width, height=height)


async def _fetch_picture(running: Running, url: URL) -> bytes | None:
    most = MEDIA_TYPES["image"].bytes
    async with follow_link(running, parse_link(str(url), _FIELD), _FIELD) as answer:
        if answer.status != HTTPStatus.OK or _is_encoded(answer) or (answer.content_length or 0) > most:
            return None
        content = bytearray()
        async for piece in answer.content.iter_any():
            content += piece
            if len(content) > most:
                answer.close()
                return None
    return bytes(content)


def _is_encoded(answer: aiohttp.ClientResponse) -> bool:
    return answer.headers.get("Content-Encoding", "identity").lower() != "identity"


def _draw(content: bytes) -> tuple[str, int, int] | None:
    with open_picture(content) as picture:
        if not may_be_decoded(picture):
            return None
        small = draw_small(picture, _PIXELS)
    for quality in _QUALITIES:
        written = as_jpeg(small, quality)
        if len(written) <= LINK_THUMBNAIL_BYTES:
            return b64encode(written).decode().rstrip("="), small.width, small.height
    return None
