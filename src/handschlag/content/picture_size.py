"""How many pixels a PNG or JPEG has by its own word: messengers hand no giant to their decoder."""

from __future__ import annotations

MOST_PIXELS = 4096
_PNG_SIZE = 16
_JPEG_BEGIN = b"\xff\xd8"
# Every marker of this range tells the size but three, which hold tables.
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def picture_size(picture: bytes) -> tuple[int, int] | None:
    """Return width and height, or None if the picture does not tell."""
    if not picture.startswith(_JPEG_BEGIN):
        size = picture[_PNG_SIZE : _PNG_SIZE + 8]
        return (_number(size[:4]), _number(size[4:])) if len(size) == 8 else None  # noqa: PLR2004  two numbers
    at = len(_JPEG_BEGIN)
    while at + 9 <= len(picture) and picture[at] == 0xFF:  # noqa: PLR2004  where every marker begins
        marker = picture[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  a marker may be filled up
            at += 1
        elif marker in _SIZES:
            return _number(picture[at + 7 : at + 9]), _number(picture[at + 5 : at + 7])
        else:
            at += 2 + _number(picture[at + 2 : at + 4])
    return None


def is_bearable(size: tuple[int, int] | None) -> bool:
    """Whether messengers show a picture of this size."""
    return size is not None and all(0 < side <= MOST_PIXELS for side in size)


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")
