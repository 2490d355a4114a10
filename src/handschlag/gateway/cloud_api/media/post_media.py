"""`POST /{phone_number_id}/media`: a file as multipart, its parts in any order, sealed while it comes in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import aiohttp
import msgspec

from handschlag.content.errors import ContentError
from handschlag.gateway.actions.media.keep_file import KeptFile, drop_file, store_file, write_file
from handschlag.gateway.cloud_api.media.body_pieces import paced
from handschlag.gateway.cloud_api.request_body import BROKEN_MULTIPART
from handschlag.gateway.cloud_api.shapes import FilePart
from handschlag.gateway.errors import BodyTooLarge, ParameterMissing, RequestInvalid, shown
from handschlag.gateway.rules.media_types import FileType, plain_mime_type, tell_file_type, too_large
from handschlag.wire.limits import MEDIA_BYTES

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.running import Running

_MULTIPART = "multipart/form-data"
# What stands around the file: boundaries, heads, other fields.
_AROUND_BYTES = 64 * 1024
_FIELD_BYTES = 4096
_PIECE_BYTES = 256 * 1024
_FILENAME_CHARACTERS = 240


class MediaForm(msgspec.Struct):
    """The parts of the form, read one by one as they come."""

    file: FilePart
    messaging_product: Literal["whatsapp"]
    type: str = ""


class _Form:
    """The form as far as it was read."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.kept: KeptFile | None = None
        self.part_type: str | None = None
        self.filename: str | None = None


async def post_media(call: Call) -> object:
    """Store a file and return its id."""
    company = call.phone_number()
    request, running = call.request, call.running
    if request.content_type != _MULTIPART:
        raise RequestInvalid(f"body: got {shown(request.content_type)}, expected {_MULTIPART} with a part 'file'")
    if call.has_read_body:
        # Who asks is known before a file is read: a token behind it would come too late.
        raise RequestInvalid("access_token: got it within the form, expected it as header or in the query")
    length = request.content_length
    if length is not None and length > MEDIA_BYTES + _AROUND_BYTES:
        raise BodyTooLarge(f"body: got {length} bytes, at most {MEDIA_BYTES} and {_AROUND_BYTES} around them")
    form = _Form()
    form.fields.update({name: value for name, value in request.query.items() if name in {"messaging_product", "type"}})
    try:
        await _read(running, call, form)
        kept = _checked(form)
        row = await store_file(
            running, company, kept, source="upload", filename=form.filename, seconds=running.settings.media_seconds
        )
    except BaseException:
        if form.kept is not None:
            await drop_file(running.media, form.kept)
        raise
    return {"id": row.id}


async def _read(running: Running, call: Call, form: _Form) -> None:
    try:
        reader = await call.request.multipart()
        async for part in reader:
            if not isinstance(part, aiohttp.BodyPartReader):
                raise RequestInvalid("body: got a multipart within a multipart, expected parts with names")
            if part.name == "file":
                await _take_file(running, part, form)
            else:
                await _take_field(part, form)
    except BROKEN_MULTIPART as error:
        if isinstance(error, ContentError):
            raise
        raise RequestInvalid(
            f"body: got broken multipart ({type(error).__name__}), expected parts with names"
        ) from None


async def _take_file(running: Running, part: aiohttp.BodyPartReader, form: _Form) -> None:
    if form.kept is not None:
        raise RequestInvalid("file: got two files, expected one")
    form.part_type = part.headers.get("Content-Type")
    form.filename = _clean(part.filename) if part.filename else None
    form.kept = await write_file(running.media, paced(partial(part.read_chunk, _PIECE_BYTES)), partial(_judge, form))


def _clean(name: str) -> str:
    """Return a file's name without what is no text: control characters, and bytes that are no UTF-8."""
    return "".join(c if c.isprintable() else "_" for c in name[:_FILENAME_CHARACTERS])


def _judge(form: _Form, first: bytes) -> FileType:
    """Return what the file is as far as can be told now: `type` may stand behind it in the form."""
    if not first:
        raise RequestInvalid("file: got 0 bytes, expected a file")
    declared = _declared(form)
    try:
        return tell_file_type(first, declared)
    except ContentError:
        if "type" in form.fields:
            raise
        return FileType("text/plain", animated=False, limit=MEDIA_BYTES)


def _declared(form: _Form) -> str | None:
    """Return the type the program gives: the field, if it names one, else that of the part."""
    given = form.fields.get("type")
    return given if plain_mime_type(given) else form.part_type


def _checked(form: _Form) -> KeptFile:
    """Return the file, now that the whole form is known; raises what is wrong with it."""
    product = form.fields.get("messaging_product")
    if product != "whatsapp":
        raise RequestInvalid(f"messaging_product: got {shown(product)}, expected 'whatsapp'")
    kept = form.kept
    if kept is None:
        raise ParameterMissing("file: got nothing, expected a part with the file")
    file_type = tell_file_type(kept.first, _declared(form))
    if kept.size > file_type.limit:
        raise too_large(str(kept.size), file_type)
    kept.file_type = file_type
    return kept


async def _take_field(part: aiohttp.BodyPartReader, form: _Form) -> None:
    value = bytearray()
    while piece := await part.read_chunk(_FIELD_BYTES):
        value += piece
        if len(value) > _FIELD_BYTES:
            raise BodyTooLarge(
                f"{(part.name or 'body')[:40]}: got more than {_FIELD_BYTES} bytes, at most {_FIELD_BYTES}"
            )
    if part.name:
        form.fields[part.name] = value.decode("utf-8", "replace").strip()
