"""What a customer is told to write: read from a request, files sealed and brought to the relay, answers taken from what was tapped."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from aiohttp import BodyPartReader, web

from handschlag.content.errors import ContentError
from handschlag.content.media import MEDIA_TYPES
from handschlag.content.service_types import SERVICE_TYPES, KnownMessage, may_send, parse_message
from handschlag.relay_client.media import upload_file
from handschlag.sandbox.requests import read_request, shown
from handschlag.sandbox.tapping import answer_for, tapped_in

if TYPE_CHECKING:
    from handschlag.sandbox.customer import Customer

_MIME_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(;.*)?")
_CUSTOMERS_TYPES = ", ".join(type_ for type_, row in SERVICE_TYPES.items() if "customer" in row.senders)


class _File(NamedTuple):
    content: bytes
    mime_type: str
    filename: str | None


async def read_message(request: web.Request, customer: Customer) -> KnownMessage:
    """Return the message; raises ValueError with a sentence."""
    if request.content_type.startswith("multipart/"):
        wanted = await _read_form(request)
    else:
        wanted = await read_request(request, dict[str, Any])
    context = wanted.get("context")
    if isinstance(context, dict) and "message_id" in context:
        context = {**context, "id": context["message_id"]}
        wanted = {**wanted, "context": context}
    if (tapped := tapped_in(wanted)) is not None:
        id_ = context.get("id") if isinstance(context, dict) else None
        entry = customer.received(id_ if isinstance(id_, str) else "", "context.message_id")
        wanted = {**answer_for(entry.message, tapped), "context": {"id": id_}}
    wanted.setdefault("type", "text")
    await _bring_file(customer, wanted)
    try:
        message = parse_message(wanted)
    except ContentError as error:
        if error.field == "type":
            raise ValueError(f"type: got {shown(wanted['type'])}, expected one of {_CUSTOMERS_TYPES}") from None
        raise
    if not may_send(message, "customer"):
        raise ValueError(f"{wanted['type']}: got what only a company sends, expected an answer to it")
    return message


async def _read_form(request: web.Request) -> dict[str, Any]:
    """Return a form with a `file` as the object that JSON would be; its other fields stand beside the file."""
    file: _File | None = None
    fields: dict[str, Any] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = bytes(await part.read())
        if part.name == "file":
            mime_type = part.headers.get("Content-Type", "application/octet-stream")
            file = _File(content, fields.get("mime_type", mime_type), part.filename)
        else:
            fields[part.name] = content.decode("utf-8", "replace")
    if file is None:
        raise ValueError("file: got nothing, expected a file in the form")
    kind = fields.pop("type", None) or _kind_of(file.mime_type)
    context = fields.pop("context", None)
    beside = {"mime_type": file.mime_type, "filename": file.filename, **fields}
    message = {"type": kind, kind: {"data": file.content, **beside}}
    return message if context is None else {**message, "context": msgspec.json.decode(context)}


def _kind_of(mime_type: str) -> str:
    plain = mime_type.partition(";")[0].strip()
    return next((kind for kind, row in MEDIA_TYPES.items() if plain in row.mime_types), "document")


async def _bring_file(customer: Customer, wanted: dict[str, Any], prefix: str = "") -> None:
    """Put the pointer of a brought file where `data` or `file` stands, in the message or in what it becomes by an edit."""
    kind = wanted.get("type")
    part = wanted.get(kind) if isinstance(kind, str) else None
    if not isinstance(part, dict):
        return
    if kind == "edit" and isinstance(part.get("message"), dict):
        await _bring_file(customer, part["message"], "edit.message.")
    if kind not in MEDIA_TYPES or "blob" in part:
        return
    data = part.pop("data", None) or part.pop("file", None)
    mime_type = part.get("mime_type")
    if not isinstance(mime_type, str) or not _MIME_TYPE.fullmatch(mime_type):
        raise ValueError(f"{prefix}{kind}.mime_type: got {shown(mime_type)}, expected a type like 'image/jpeg'")
    content = data if isinstance(data, bytes) else _decoded(data, f"{prefix}{kind}.data")
    if len(content) > MEDIA_TYPES[kind].bytes:
        raise ValueError(f"{prefix}{kind}: got {len(content)} bytes, at most {MEDIA_TYPES[kind].bytes}")
    file = msgspec.to_builtins(await upload_file(customer.http, content, mime_type))
    beside = {name: value for name, value in part.items() if value is not None}
    wanted[kind] = {**file, **beside}


def _decoded(data: object, field: str) -> bytes:
    try:
        if isinstance(data, str) and data:
            return base64.b64decode(data, validate=True)
    except binascii.Error:
        pass
    raise ValueError(f"{field}: got {shown(data)}, expected a file in base64")
