"""Files in a message: what each type may hold, and the pointer under which a device finds and opens the sealed file.

The file itself never travels in an envelope: it lies at the relay, encrypted in chunks (spec/content.md section 4).
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

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
