"""What a company's gateway shows of the page that its text links to: the sender made it, and the reader fetches nothing.

It belongs to the first link of the text and to no other: whoever shows it names that link's host, never one that the page names.
"""

from __future__ import annotations

import msgspec

from handschlag.content.errors import INVALID_VALUE, ContentError
from handschlag.content.fields import URL_CHARACTERS, not_possible, take_object, take_optional_text, take_text
from handschlag.content.links import first_link
from handschlag.content.preview import parse_thumbnail

TITLE_CHARACTERS = 120
DESCRIPTION_CHARACTERS = 240
# A JPEG of this many bytes, in base64: with a usual text the whole fits the bucket of 16 KiB.
LINK_THUMBNAIL_BYTES = 10 * 1024
_SIZE = ("width", "height")
_FIELDS = frozenset({"url", "title", "description", "thumbnail", *_SIZE})


class LinkPreview(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`url` as it stands in the text, `thumbnail` a JPEG in base64 of `width` times `height` pixels."""

    url: str
    title: str
    description: str | None = None
    thumbnail: str | None = None
    width: int | None = None
    height: int | None = None


def parse_link_preview(value: object, field: str, text: str) -> LinkPreview | None:
    """Return the preview of a text's first link, or None where there is none."""
    if value is None:
        return None
    part = take_object(value, field)
    for name in part:
        if name not in _FIELDS:
            raise not_possible(f"{field}.{name}", part[name], "no such field in a link's preview")
    url = take_text(part, "url", field, URL_CHARACTERS)
    if url != first_link(text):
        raise not_possible(f"{field}.url", url, "the first link of the text")
    thumbnail, size = parse_thumbnail(part.get("thumbnail"), f"{field}.thumbnail", LINK_THUMBNAIL_BYTES)
    given = (part.get("width"), part.get("height"))
    if given != (size or (None, None)) or any(isinstance(side, bool) for side in given):
        told = "none" if size is None else f"{size[0]} and {size[1]}"
        raise ContentError(INVALID_VALUE, field, f"got another width and height than its thumbnail's, expected {told}")
    width, height = size or (None, None)
    return LinkPreview(
        url=url,
        title=take_text(part, "title", field, TITLE_CHARACTERS),
        description=take_optional_text(part, "description", field, DESCRIPTION_CHARACTERS),
        thumbnail=thumbnail,
        width=width,
        height=height,
    )
