"""What a film or a sound says of itself: how long it lasts and how large it is drawn, found without decoding anything."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from handschlag.content.preview import MOST_PIXELS, MOST_SECONDS

# Opus counts in this many samples a second, whatever was recorded.
_OPUS_RATE = 48_000
_PAGE_BYTES = 27
_FIXED_POINT = 1 << 16
_MOST_BOXES = 200


class Recording(NamedTuple):
    """What is known; None for what is not said."""

    seconds: int | None = None
    width: int | None = None
    height: int | None = None


def read_recording(content: bytes, mime_type: str) -> Recording:
    """Return what an MP4, 3GP or Ogg file says; nothing of what is broken or of another kind."""
    try:
        if mime_type in {"video/mp4", "video/3gpp", "audio/mp4"}:
            return _read_mp4(content)
        return _read_ogg(content) if mime_type == "audio/ogg" else Recording()
    except (struct.error, ZeroDivisionError, IndexError):
        return Recording()


def _read_ogg(content: bytes) -> Recording:
    head = content.find(b"OpusHead")
    last = content.rfind(b"OggS")
    if head < 0 or last < 0 or len(content) < last + _PAGE_BYTES:
        return Recording()
    (skipped,) = struct.unpack_from("<H", content, head + 10)
    (position,) = struct.unpack_from("<q", content, last + 6)
    return Recording(seconds=_within(max(0, position - skipped) / _OPUS_RATE))


def _read_mp4(content: bytes) -> Recording:
    seconds, width, height = None, None, None
    for kind, start, end in _boxes(content, 0, len(content)):
        if kind != b"moov":
            continue
        for inner, begin, stop in _boxes(content, start, end):
            if inner == b"mvhd":
                seconds = _length(content, begin)
            elif inner == b"trak":
                size = next(
                    (_size(content, at) for name, at, _ in _boxes(content, begin, stop) if name == b"tkhd"), None
                )
                width, height = size or (width, height)
    return Recording(seconds, width, height)


def _boxes(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, beginning and end of each box's content."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        size, kind = struct.unpack_from(">I4s", content, start)
        begin = start + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", content, begin)
            begin += 8
        stop = end if size == 0 else start + size
        if not begin <= stop <= end:
            return
        yield kind, begin, stop
        start = stop


def _length(content: bytes, at: int) -> int | None:
    """Return an mvhd box's seconds."""
    scale, length = (
        struct.unpack_from(">IQ", content, at + 20) if content[at] == 1 else struct.unpack_from(">II", content, at + 12)
    )
    return _within(length / scale)


def _size(content: bytes, at: int) -> tuple[int, int] | None:
    """Return how large a tkhd box says that its track is drawn; sounds have no size."""
    matrix = at + (52 if content[at] == 1 else 40)
    a, b = struct.unpack_from(">ii", content, matrix)
    width, height = (side // _FIXED_POINT for side in struct.unpack_from(">II", content, matrix + 36))
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        return None
    # Held upright, a camera turns the picture by a quarter.
    return (height, width) if a == 0 and b != 0 else (width, height)


def _within(seconds: float) -> int | None:
    return round(seconds) if 0 <= seconds <= MOST_SECONDS else None
