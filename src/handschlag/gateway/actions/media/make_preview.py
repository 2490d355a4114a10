"""Makes what messengers show of a company's file before they fetch it: once for each file, beside the loop, and never of a giant."""

from __future__ import annotations

import asyncio
import io
from base64 import b64encode
from typing import TYPE_CHECKING

import msgspec
from PIL import Image, ImageOps

from handschlag.content.preview import MOST_PIXELS, THUMBNAIL_BYTES, Preview
from handschlag.crypto.attachments import FileKey, FileOpener, sealed_size
from handschlag.gateway.rules.media_types import KIND_OF, plain_mime_type
from handschlag.gateway.rules.recordings import read_recording
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.media import MediaRow

_log = get_logger(__name__)
# It is shown blurred, under the picture itself; a message of ten cards has room for ten of them.
_THUMBNAIL_PIXELS = 64
_QUALITY = 50
# Decoded, a picture takes four bytes for each; a JPEG is decoded small.
_MOST_DECODED = 16_000_000
_MOST_DECODED_SMALL = 100_000_000
_ORIENTATION = 0x0112
_QUARTER_TURNS = frozenset({5, 6, 7, 8})
_FORMATS = ("JPEG", "PNG", "WEBP")
_NOTHING = "{}"


async def make_preview(running: Running, row: MediaRow) -> str:
    """Return a file's preview as JSON; an empty one if there is nothing to tell."""
    kind = KIND_OF.get(plain_mime_type(row.mime_type) or "")
    if row.object is None or kind not in {"image", "sticker", "video", "audio"}:
        return _NOTHING
    async with running.media.previewing:
        size = sealed_size(row.file_size)
        sealed = [piece async for piece in running.media.objects.read(row.object, 0, size)]
        try:
            preview = await asyncio.to_thread(_preview, sealed, running.media.open_key(row.secret), row.mime_type)
        except Exception as error:  # noqa: BLE001  a decoder's trouble with one file keeps no message from leaving
            _log.info("no_preview", company=row.company, error=type(error).__name__)
            return _NOTHING
    return msgspec.json.encode(preview).decode()


def _preview(sealed: list[bytes], key: FileKey, mime_type: str) -> Preview:
    opener = FileOpener(key)
    content = b"".join([*(opener.feed(piece) for piece in sealed), opener.finish()])
    kind = KIND_OF[plain_mime_type(mime_type) or ""]
    if kind in {"video", "audio"}:
        found = read_recording(content, plain_mime_type(mime_type) or "")
        return Preview(seconds=found.seconds) if kind == "audio" else Preview(*found[1:], seconds=found.seconds)
    return _of_picture(content, small=kind == "image")


def _of_picture(content: bytes, *, small: bool) -> Preview:
    """Return a picture's size, which its head tells, and a thumbnail if it may be decoded."""
    with open_picture(content) as picture:
        width, height = picture.size
        turned = picture.getexif().get(_ORIENTATION) in _QUARTER_TURNS
        shown = (height, width) if turned else (width, height)
        if not all(0 < side <= MOST_PIXELS for side in shown):
            return Preview()
        thumbnail = _thumbnail(picture) if small and may_be_decoded(picture) else None
    return Preview(width=shown[0], height=shown[1], thumbnail=thumbnail)


def _thumbnail(picture: Image.Image) -> str | None:
    small = as_jpeg(draw_small(picture, _THUMBNAIL_PIXELS), _QUALITY)
    return b64encode(small).decode().rstrip("=") if len(small) <= THUMBNAIL_BYTES else None


def open_picture(content: bytes) -> Image.Image:
    """Return a picture of a kind that messages may hold, by its head: nothing is decoded yet."""
    return Image.open(io.BytesIO(content), formats=_FORMATS)


def may_be_decoded(picture: Image.Image) -> bool:
    """Whether a picture is no giant."""
    width, height = picture.size
    return width * height <= (_MOST_DECODED_SMALL if picture.format == "JPEG" else _MOST_DECODED)


def draw_small(picture: Image.Image, pixels: int) -> Image.Image:
    """Return a picture as it is shown, at most so many pixels on each side and on white where it is transparent."""
    picture.draft("RGB", (2 * pixels, 2 * pixels))
    turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((pixels, pixels))
    flat = Image.new("RGB", turned.size, "white")
    # A JPEG knows no transparency.
    shown = turned.convert("RGBA")
    flat.paste(shown, mask=shown.getchannel("A"))
    return flat


def as_jpeg(picture: Image.Image, quality: int) -> bytes:
    """Return a picture as a JPEG without anything beside it."""
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality)
    return written.getvalue()
