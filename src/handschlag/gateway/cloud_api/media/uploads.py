"""Uploads in several pieces: `POST /{app_id}/uploads`, then `POST` and `GET /upload:…`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import aiohttp
import msgspec
from msgspec import Meta

from handschlag.gateway.actions.media.upload_sessions import (
    Upload,
    append_to_upload,
    handle_of,
    look_up_upload,
    start_upload,
)
from handschlag.gateway.cloud_api.media.body_pieces import paced
from handschlag.gateway.errors import RequestInvalid, shown
from handschlag.gateway.rules.media_types import KIND_OF, plain_mime_type, size_limit

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_FILENAME_CHARACTERS = 240


class StartUpload(msgspec.Struct, kw_only=True):
    """What will come."""

    file_type: Annotated[str, Meta(description="a MIME type")]
    file_length: Annotated[int, Meta(description="a number of bytes")] | None = None
    file_name: str = ""


class UploadSession(msgspec.Struct, kw_only=True):
    """The part of a session's id that stands behind `?`; it may stand in the path as well."""

    sig: str | None = None


class UploadPiece(UploadSession, kw_only=True):
    """From where on the bytes are; it may stand in a header as well."""

    file_offset: int = 0


async def post_uploads(call: Call) -> object:
    """Announce an upload."""
    app_id = call.app()
    asked = await call.read(StartUpload)
    mime_type = plain_mime_type(asked.file_type)
    if mime_type not in KIND_OF:
        raise RequestInvalid(f"file_type: got {shown(asked.file_type)}, expected one of {', '.join(sorted(KIND_OF))}")
    length, most = asked.file_length, size_limit(mime_type, animated=True)
    if length is None or not 0 < length <= most:
        raise RequestInvalid(f"file_length: got {shown(length)}, expected 1 to {most} bytes for {mime_type}")
    name = asked.file_name[:_FILENAME_CHARACTERS]
    return {"id": await start_upload(call.running, app_id, filename=name, mime_type=mime_type, file_length=length)}


async def read_upload(call: Call) -> object:
    """Tell where an upload stands."""
    upload = await _upload(call)
    return {"id": call.path.node.partition("?")[0], "file_offset": upload.received}


async def post_upload(call: Call) -> object:
    """Take the bytes from `file_offset` on; with the last of them the upload gets its handle."""
    upload = await _upload(call)
    request = call.request
    given = request.headers.get("file_offset", request.query.get("file_offset", "0"))
    offset = _number(given)
    if offset is None:
        raise RequestInvalid(f"file_offset: got {shown(given)}, expected a number of bytes")
    cut: list[Exception] = []
    upload = await append_to_upload(call.running, upload, offset, _pieces(call, cut))
    if upload.received < upload.row.file_length:
        if cut:
            raise cut[0]
        return {"id": call.path.node.partition("?")[0], "file_offset": upload.received}
    return {"h": handle_of(call.running, upload)}


async def _pieces(call: Call, cut: list[Exception]) -> AsyncIterator[bytes]:
    """Yield the raw body; where the connection breaks it ends, and what came is worth keeping."""
    try:
        async for piece in paced(call.request.content.readany):
            yield piece
    except (aiohttp.ClientError, ConnectionError) as error:
        cut.append(RequestInvalid(f"body: got a body that ended too early ({type(error).__name__})"))


async def _upload(call: Call) -> Upload:
    # Some clients send the session's `?` as part of the path.
    session, _, signature = call.path.node.partition("?sig=")
    return await look_up_upload(call.running, call.caller.app_id, session, signature or call.request.query.get("sig"))


def _number(given: object) -> int | None:
    text = str(given).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None  # noqa: PLR2004  no file is longer
