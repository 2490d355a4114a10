"""Files in a message: what each type may hold, and the pointer under which a device finds and opens the sealed file.

The file itself never travels in an envelope: it lies at the relay, encrypted in chunks (spec/content.md section 4).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from handschlag.content.context import Context
from handschlag.content.errors import INVALID_VALUE, ContentError, missing, wrong_type
from handschlag.content.fields import (
    not_possible,
    take_object,
    take_optional_flag,
    take_optional_text,
    take_text,
)
from handschlag.content.preview import Preview, parse_preview
from handschlag.wire.canonical import from_base64
from handschlag.wire.errors import WireError

CAPTION_CHARACTERS = 1024
FILENAME_CHARACTERS = 240
KEY_BYTES = 32
PREFIX_BYTES = 7

_MEGABYTE = 1024 * 1024


class MediaType(NamedTuple):
    """What one message type takes: MIME types without parameters, bytes of plaintext, and the optional fields beside the file."""

    mime_types: frozenset[str]
    bytes: int
    fields: frozenset[str]


# One row per message type that holds a file; the limits are the Cloud API's.
MEDIA_TYPES: dict[str, MediaType] = {
    "image": MediaType(frozenset({"image/jpeg", "image/png"}), 5 * _MEGABYTE, frozenset({"caption"})),
    "audio": MediaType(
        frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
        16 * _MEGABYTE,
        frozenset({"voice"}),
    ),
    "video": MediaType(frozenset({"video/mp4", "video/3gpp"}), 16 * _MEGABYTE, frozenset({"caption"})),
    "document": MediaType(
        frozenset(
            {
                *("text/plain", "application/pdf", "application/msword"),
                *("application/vnd.ms-excel", "application/vnd.ms-powerpoint"),
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                # Dates and tickets: an extension (docs/reference/media.md).
                *("text/calendar", "application/vnd.apple.pkpass"),
            }
        ),
        100 * _MEGABYTE,
        frozenset({"caption", "filename"}),
    ),
    "sticker": MediaType(frozenset({"image/webp"}), 500 * 1024, frozenset({"animated"})),
}
STATIC_STICKER_BYTES = 100 * 1024


class Blob(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the ciphertext lies at the relay, and what opens it: a key of 32 and a nonce prefix of 7 bytes, in base64."""

    id: str
    key: str
    prefix: str


class MediaFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A file as it stands in a sealed message: `sha256` (base64) and `file_size` (bytes) are those of the plaintext."""

    mime_type: str
    sha256: str
    file_size: int
    blob: Blob
    caption: str | None = None
    filename: str | None = None
    voice: bool | None = None
    animated: bool | None = None
    preview: Preview | None = None


# How the file of a message is read: (value, field, message type). A sealed one is a pointer; a program names it by id or link.
FileParser = Callable[[object, str, str], MediaFile]


class ImageMessage(msgspec.Struct, frozen=True, tag_field="type", tag="image", omit_defaults=True):
    """A picture as it is sealed."""

    image: MediaFile
    context: Context | None = None


class AudioMessage(msgspec.Struct, frozen=True, tag_field="type", tag="audio", omit_defaults=True):
    """A sound as it is sealed; `voice` marks what was spoken into the device."""

    audio: MediaFile
    context: Context | None = None


class VideoMessage(msgspec.Struct, frozen=True, tag_field="type", tag="video", omit_defaults=True):
    """A film as it is sealed."""

    video: MediaFile
    context: Context | None = None


class DocumentMessage(msgspec.Struct, frozen=True, tag_field="type", tag="document", omit_defaults=True):
    """A file to keep as it is sealed."""

    document: MediaFile
    context: Context | None = None


class StickerMessage(msgspec.Struct, frozen=True, tag_field="type", tag="sticker", omit_defaults=True):
    """A sticker as it is sealed."""

    sticker: MediaFile
    context: Context | None = None


_MIME_CHARACTERS = 128
_MIME_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+( ?; ?[A-Za-z0-9.+-]+=[A-Za-z0-9.+\" -]+)*")
_SHA256_BYTES = 32


def parse_media_file(value: object, field: str, kind: str) -> MediaFile:
    """Return a file as it was sealed; which type a document has is its sender's to choose, so nobody shows one without asking."""
    part = take_object(value, field)
    rules = MEDIA_TYPES[kind]
    mime_type = take_text(part, "mime_type", field, _MIME_CHARACTERS)
    plain = mime_type.partition(";")[0].strip()
    if not _MIME_TYPE.fullmatch(mime_type) or (kind != "document" and plain not in rules.mime_types):
        raise not_possible(f"{field}.mime_type", mime_type, f"one of {', '.join(sorted(rules.mime_types))}")
    size = part.get("file_size")
    if isinstance(size, bool) or not isinstance(size, int):
        raise wrong_type(f"{field}.file_size", size, "a number of bytes")
    if not 0 <= size <= rules.bytes:
        raise not_possible(f"{field}.file_size", size, f"at most {rules.bytes} bytes")
    return MediaFile(
        mime_type=mime_type,
        sha256=_base64(part, "sha256", field, _SHA256_BYTES),
        file_size=size,
        blob=_parse_blob(part.get("blob"), f"{field}.blob"),
        preview=parse_preview(part.get("preview"), f"{field}.preview", kind),
        **parse_media_fields(part, field, kind),
    )


def parse_media_fields(part: dict[str, Any], field: str, kind: str) -> dict[str, Any]:
    """Return what stands beside a file: caption, file name, and whether it is a voice note or moves."""
    found: dict[str, Any] = {}
    fields = MEDIA_TYPES[kind].fields
    if "caption" in fields:
        found["caption"] = take_optional_text(part, "caption", field, CAPTION_CHARACTERS)
    if "filename" in fields:
        found["filename"] = take_optional_text(part, "filename", field, FILENAME_CHARACTERS)
    for flag in ("voice", "animated"):
        if flag in fields:
            found[flag] = take_optional_flag(part, flag, field)
    return found


def _parse_blob(value: object, field: str) -> Blob:
    part = take_object(value, field)
    return Blob(
        id=take_text(part, "id", field, _MIME_CHARACTERS),
        key=_base64(part, "key", field, KEY_BYTES),
        prefix=_base64(part, "prefix", field, PREFIX_BYTES),
    )


def _base64(part: dict[str, Any], name: str, field: str, length: int) -> str:
    text = part.get(name)
    if not isinstance(text, str):
        raise missing(f"{field}.{name}")
    try:
        # Programs expect padding in a sha256, the house's own keys have none.
        from_base64(text.rstrip("="), f"{field}.{name}", length=length)
    except WireError as error:
        raise ContentError(INVALID_VALUE, f"{field}.{name}", f"got {error.seen}, expected {error.limit}") from None
    return text
