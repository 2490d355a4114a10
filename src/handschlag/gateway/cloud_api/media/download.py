"""`GET /attachments/?mid=…`: a file's content for whoever holds a signed address, with a token or without, whole or in part."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from aiohttp import payload, web

from handschlag.crypto.errors import FileNotOpened
from handschlag.gateway.actions.media.bring_media import find_row
from handschlag.gateway.actions.media.read_media import have_here, read_content
from handschlag.gateway.errors import MethodNotOffered, NodeUnknown, RequestInvalid, shown
from handschlag.gateway.rules.media_urls import MediaAddress, derive_key, is_signed
from handschlag.object_store import ObjectMissing, ObjectStoreError
from handschlag.wire.byte_range import ByteRange, RangeNotSatisfiable, parse_range

if TYPE_CHECKING:
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.media import MediaRow

_UNSATISFIABLE = 416
_PARTIAL = 206
_TIME = re.compile(r"[0-9]{1,12}")


class SignedAddress(msgspec.Struct):
    """A file, until when its address is good, and the signature of both."""

    mid: str
    ext: str
    hash: str


async def read_attachment(running: Running, request: web.BaseRequest) -> web.StreamResponse:
    """Answer with the content of the file an address names."""
    if request.method not in {"GET", "HEAD"}:
        raise MethodNotOffered(f"method: got {request.method[:16]}, expected GET or HEAD")
    row = await have_here(running, await _addressed(running, request))
    headers = {
        "Content-Type": row.mime_type,
        "Content-Disposition": _disposition(row),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        # A file is somebody else's: a browser that opens it shall run nothing of it.
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    try:
        part = parse_range(request.headers.get("Range"), row.file_size)
    except RangeNotSatisfiable:
        refused = RequestInvalid(
            f"Range: got {shown(request.headers.get('Range'))}, the file has {row.file_size} bytes"
        )
        refused.status = _UNSATISFIABLE
        refused.headers = {"Content-Range": f"bytes */{row.file_size}"}
        raise refused from None
    asked = part or ByteRange(0, row.file_size)
    if part is not None:
        headers["Content-Range"] = part.content_range(row.file_size)
    headers["Content-Length"] = str(asked.length)
    status = 200 if part is None else _PARTIAL
    if request.method == "HEAD":
        return web.Response(status=status, headers=headers)
    body = payload.AsyncIterablePayload(
        _whole_or_cut(read_content(running.media, row, asked.start, asked.end)), content_type="application/octet-stream"
    )
    return web.Response(status=status, headers=headers, body=body)


async def _addressed(running: Running, request: web.BaseRequest) -> MediaRow:
    """Return the file of an address that is signed and not over; raises RequestInvalid and NodeUnknown."""
    query = request.query
    id_, expires_at = query.get("mid", ""), query.get("ext", "")
    address = MediaAddress(id_, int(expires_at)) if _TIME.fullmatch(expires_at) else None
    key = derive_key(running.data_key.raw, "media url")
    if address is None or not is_signed(key, address, query.get("hash", "")):
        raise _refused(
            "hash: got a signature that is not this address's, expected the address as GET /{media_id} gave it"
        )
    now = running.clock.now()
    if address.expires_at <= now:
        raise _refused(f"ext: got {address.expires_at}, which is over; GET /{{media_id}} gives a new address")
    row = await find_row(running, id_)
    if row is None or row.expires_at <= now:
        raise NodeUnknown(f"mid: got '{id_[:40]}', expected a file that has not expired")
    return row


def _refused(details: str) -> RequestInvalid:
    error = RequestInvalid(details)
    error.status = 403
    return error


async def _whole_or_cut(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        async for piece in pieces:
            yield piece
    except (FileNotOpened, ObjectMissing, ObjectStoreError):
        # The head is on its way: only an answer cut short tells that there is no more.
        raise ConnectionResetError("the file is damaged or gone") from None


def _disposition(row: MediaRow) -> str:
    name = row.filename or row.id
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in name)
    spelled = f"; filename*=UTF-8''{quote(name, safe='')}" if plain != name else ""
    return f'attachment; filename="{plain}"{spelled}'
