"""What a reader may show of a file before it is fetched: its size on the screen, a tiny picture, how long it lasts, how it sounds.

It is the sender's word alone: the file itself is checked by its hash, and decides once it is there.
"""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any

import msgspec

from handschlag.content.errors import INVALID_VALUE, ContentError, wrong_type
from handschlag.content.fields import not_possible, take_object
from handschlag.content.picture_size import picture_size

# A JPEG of this many bytes, in base64.
THUMBNAIL_BYTES = 6 * 1024
THUMBNAIL_PIXELS = 320
MOST_PIXELS = 65_535
MOST_SECONDS = 86_400
WAVEFORM_NUMBERS = 64
LOUDEST = 100
_BASE64 = re.compile(r"[A-Za-z0-9+/]*")
_JPEG = b"\xff\xd8\xff"
_SIDES = ("width", "height")

# What a preview of each message type may hold.
PREVIEW_FIELDS: dict[str, frozenset[str]] = {
    "image": frozenset({*_SIDES, "thumbnail"}),
    "sticker": frozenset({*_SIDES, "thumbnail"}),
    "video": frozenset({*_SIDES, "thumbnail", "seconds"}),
    "document": frozenset({*_SIDES, "thumbnail"}),
    "audio": frozenset({"seconds", "waveform"}),
}


class Preview(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`width` and `height` in pixels, `thumbnail` a JPEG in base64, `waveform` up to 64 numbers from 0 to 100."""

    width: int | None = None
    height: int | None = None
    thumbnail: str | None = None
    seconds: int | None = None
    waveform: list[int] | None = None


def parse_preview(value: object, field: str, kind: str) -> Preview | None:
    """Return a file's preview, or None where there is none."""
    if value is None:
        return None
    part = take_object(value, field)
    for name in part:
        if name not in PREVIEW_FIELDS[kind]:
            raise not_possible(f"{field}.{name}", part[name], f"no such field in a preview of type {kind}")
    if (part.get("width") is None) != (part.get("height") is None):
        raise ContentError(INVALID_VALUE, field, "got one of width and height, expected both or none")
    return Preview(
        width=_number(part, "width", field, least=1, most=MOST_PIXELS),
        height=_number(part, "height", field, least=1, most=MOST_PIXELS),
        thumbnail=parse_thumbnail(part.get("thumbnail"), f"{field}.thumbnail", THUMBNAIL_BYTES)[0],
        seconds=_number(part, "seconds", field, least=0, most=MOST_SECONDS),
        waveform=_waveform(part.get("waveform"), f"{field}.waveform"),
    )


def _number(part: dict[str, Any], name: str, field: str, *, least: int, most: int) -> int | None:
    number = part.get(name)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int):
        raise wrong_type(f"{field}.{name}", number, "a whole number")
    if not least <= number <= most:
        raise not_possible(f"{field}.{name}", number, f"{least} to {most}")
    return number


def parse_thumbnail(text: object, field: str, most: int) -> tuple[str | None, tuple[int, int] | None]:
    """Return a small JPEG in base64 of at most so many bytes, with its width and height; nothing where there is none."""
    if text is None:
        return None, None
    if not isinstance(text, str):
        raise wrong_type(field, text, "a string")
    plain = text.rstrip("=")
    if not _BASE64.fullmatch(plain) or len(plain) % 4 == 1:
        raise not_possible(field, text, "base64")
    if len(plain) * 3 // 4 > most:
        raise ContentError(INVALID_VALUE, field, f"got {len(plain) * 3 // 4} bytes, at most {most}")
    picture = b64decode(plain + "=" * (-len(plain) % 4))
    size = picture_size(picture) if picture.startswith(_JPEG) else None
    if size is None or not all(0 < side <= THUMBNAIL_PIXELS for side in size):
        raise ContentError(
            INVALID_VALUE, field, f"got no JPEG of at most {THUMBNAIL_PIXELS} pixels on each side, expected one"
        )
    return text, size


def _waveform(numbers: object, field: str) -> list[int] | None:
    if numbers is None:
        return None
    if not isinstance(numbers, list):
        raise wrong_type(field, numbers, "an array")
    if not 1 <= len(numbers) <= WAVEFORM_NUMBERS:
        raise ContentError(INVALID_VALUE, field, f"got {len(numbers)} numbers, expected 1 to {WAVEFORM_NUMBERS}")
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= LOUDEST:
            raise not_possible(field, number, f"whole numbers from 0 to {LOUDEST}")
    return numbers
