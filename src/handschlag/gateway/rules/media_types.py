"""What a file is: the type it is said to have, what its first bytes say, and how large it may be."""

from __future__ import annotations

from typing import NamedTuple

import puremagic

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.content.media import MEDIA_TYPES, STATIC_STICKER_BYTES
from handschlag.wire.limits import MEDIA_BYTES

# So many of a file's first bytes are looked at.
FIRST_BYTES = 4096
_NO_TYPE = frozenset({"application/octet-stream", "binary/octet-stream", "multipart/form-data"})
# How programs also spell types we take.
_SPELLINGS = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "audio/mp3": "audio/mpeg",
    "audio/x-mp3": "audio/mpeg",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/x-aac": "audio/aac",
    "audio/aacp": "audio/aac",
    "audio/opus": "audio/ogg",
    "application/ogg": "audio/ogg",
    "audio/x-amr": "audio/amr",
    "video/3gp": "video/3gpp",
    "audio/3gpp": "video/3gpp",
    "application/x-pdf": "application/pdf",
}
KIND_OF = {mime_type: kind for kind, row in MEDIA_TYPES.items() for mime_type in row.mime_types}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_DOCX = (
    f"{_OFFICE}wordprocessingml.document",
    f"{_OFFICE}spreadsheetml.sheet",
    f"{_OFFICE}presentationml.presentation",
)
_MP4 = ("video/mp4", "audio/mp4", "video/3gpp")
_STARTS: tuple[tuple[bytes, tuple[str, ...]], ...] = (
    (b"\x89PNG\r\n\x1a\n", ("image/png",)),
    (b"\xff\xd8\xff", ("image/jpeg",)),
    (b"%PDF-", ("application/pdf",)),
    (b"OggS", ("audio/ogg",)),
    (b"#!AMR", ("audio/amr",)),
    (b"ID3", ("audio/mpeg", "audio/aac")),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        ("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"),
    ),
    (b"PK\x03\x04", (*_DOCX, "application/vnd.apple.pkpass")),
    (b"BEGIN:VCALENDAR", ("text/calendar", "text/plain")),
)
_TEXT = ("text/plain", "text/calendar")
_SURE = 0.4
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\v\b\x1b") + b"\x7f"


class FileType(NamedTuple):
    """What a file is taken for."""

    mime_type: str
    animated: bool
    limit: int

    @property
    def kind(self) -> str:
        """The message type that sends it."""
        return KIND_OF[self.mime_type]


def plain_mime_type(text: str | None) -> str | None:
    """Return a MIME type in lower case without parameters and in our spelling; None if it says nothing about the file."""
    plain = (text or "").partition(";")[0].strip().lower()
    if "/" not in plain or plain in _NO_TYPE:
        return None
    return _SPELLINGS.get(plain, plain)


def recognise(first: bytes) -> tuple[str, ...]:
    """Return what a file can be that begins like this, the likeliest first; nothing if its beginning is no sign of anything."""
    for start, mime_types in _STARTS:
        if first.startswith(start):
            return mime_types
    if first[:4] == b"RIFF" and first[8:12] == b"WEBP":
        return ("image/webp",)
    if first[4:8] == b"ftyp":
        return _by_brand(first[8:12])
    if len(first) > 1 and first[0] == 0xFF and first[1] & 0xE0 == 0xE0:  # noqa: PLR2004  eleven bits begin a frame of sound
        return ("audio/aac",) if first[1] & 0xF6 == 0xF0 else ("audio/mpeg",)  # noqa: PLR2004  layer 0 is ADTS
    return _by_magic(first) or (_TEXT if _is_text(first) else ())


def _by_brand(brand: bytes) -> tuple[str, ...]:
    if brand[:3] in {b"M4A", b"M4B"}:
        return ("audio/mp4", "video/mp4", "video/3gpp")
    if brand[:2] == b"3g":
        return ("video/3gpp", "video/mp4", "audio/mp4")
    others = {
        b"heic": "image/heic",
        b"heix": "image/heic",
        b"mif1": "image/heif",
        b"avif": "image/avif",
        b"qt  ": "video/quicktime",
    }
    return (others[brand],) if brand in others else _MP4


def _by_magic(first: bytes) -> tuple[str, ...]:
    try:
        found = puremagic.magic_string(first)
    except (puremagic.PureError, ValueError):
        return ()
    for match in found:
        mime_type = match.mime_type
        if match.confidence >= _SURE and mime_type and mime_type not in _NO_TYPE:
            return _TEXT if mime_type.startswith("text/") else (_SPELLINGS.get(mime_type, mime_type),)
    return ()


def _is_text(first: bytes) -> bool:
    if first[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return True
    if not first or first.translate(None, _CONTROLS) != first:
        return False
    # The last character may be cut.
    text = first.decode("utf-8", "ignore").encode()
    return len(first) - len(text) < 4 and first.startswith(text)  # noqa: PLR2004  bytes of the longest character


def is_animated(first: bytes) -> bool:
    """Whether a WebP file moves: its extended header says so."""
    return first[12:16] == b"VP8X" and len(first) > 20 and bool(first[20] & 2)  # noqa: PLR2004  the header's flags


def tell_file_type(first: bytes, declared: str | None, field: str = "file") -> FileType:
    """Return what a file is, from what it is said to be and its first bytes; raises ContentError if the two clearly differ."""
    said = plain_mime_type(declared)
    seen = recognise(first)
    if said is None:
        if not seen:
            raise ContentError(
                INVALID_PARAMETER,
                field,
                "got no type, and its first bytes do not tell; expected 'type' with a MIME type",
            )
        said = seen[0]
    if said not in KIND_OF:
        raise ContentError(
            INVALID_PARAMETER, field, f"got type '{said[:80]}', expected one of {', '.join(sorted(KIND_OF))}"
        )
    if seen and said not in seen:
        raise ContentError(INVALID_PARAMETER, field, f"got type '{said}', but its first bytes are those of '{seen[0]}'")
    animated = said == "image/webp" and is_animated(first)
    return FileType(said, animated, size_limit(said, animated=animated))


def size_limit(mime_type: str, *, animated: bool = False) -> int:
    """Return how many bytes a file of a type may have."""
    kind = KIND_OF[mime_type]
    return STATIC_STICKER_BYTES if kind == "sticker" and not animated else min(MEDIA_TYPES[kind].bytes, MEDIA_BYTES)


def too_large(seen: str, file_type: FileType, field: str = "file") -> ContentError:
    """Return the error for a file over its type's limit."""
    named = file_type.mime_type + (" (not animated)" if file_type.kind == "sticker" and not file_type.animated else "")
    return ContentError(INVALID_PARAMETER, field, f"got {seen} bytes, at most {file_type.limit} for {named}")
