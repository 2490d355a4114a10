"""What a company's profile picture may be: PNG or JPEG, told by its first bytes alone."""

from __future__ import annotations

PICTURE_TYPES = ("image/jpeg", "image/png")
_BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def picture_type(picture: bytes) -> str | None:
    """Return the MIME type of a picture, or None if it may be no profile picture."""
    return next((kind for beginning, kind in _BEGINNINGS.items() if picture.startswith(beginning)), None)
