"""What a customer sealed, as a webhook carries it: the Cloud API's own objects, files by their id and address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from handschlag.content.changes import EditMessage
from handschlag.content.media import MEDIA_TYPES, MediaFile
from handschlag.content.service_types import KnownMessage
from handschlag.gateway.rules.error_codes import error_code

_UNKNOWN_TYPE = 131051


class FileName(NamedTuple):
    """Under which id, and at which address, a program fetches a file."""

    id: str
    url: str


Keep = Callable[[MediaFile], FileName]


def message_parts(message: KnownMessage, keep: Keep) -> dict[str, Any]:
    """Return type, part and context of a message; `keep` takes each file in and names it."""
    sealed: dict[str, Any] = msgspec.to_builtins(message)
    kind = sealed["type"]
    if kind in MEDIA_TYPES:
        sealed[kind] = _file(kind, getattr(message, kind), keep)
    elif isinstance(message, EditMessage):
        sealed["edit"]["message"] = message_parts(message.edit.message, keep)
    return sealed


def _file(kind: str, file: MediaFile, keep: Keep) -> dict[str, Any]:
    name = keep(file)
    part: dict[str, Any] = {} if file.caption is None else {"caption": file.caption}
    if file.filename is not None:
        part["filename"] = file.filename
    part |= {"mime_type": file.mime_type, "sha256": _padded(file.sha256), "id": name.id, "url": name.url}
    if kind == "audio":
        part["voice"] = bool(file.voice)
    elif kind == "sticker":
        part["animated"] = bool(file.animated)
    return part


def _padded(base64: str) -> str:
    """Return base64 as programs expect it: with its padding, which this house leaves out."""
    return base64 + "=" * (-len(base64) % 4)


def unsupported_parts(kind: str, details: str) -> dict[str, Any]:
    """Return a message of a type that is not offered, as the Cloud API shows it."""
    title = error_code(_UNKNOWN_TYPE).title
    error = {"code": _UNKNOWN_TYPE, "title": title, "message": title, "error_data": {"details": details}}
    return {"type": "unsupported", "errors": [error], "unsupported": {"type": kind}}
