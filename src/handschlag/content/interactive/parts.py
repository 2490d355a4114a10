"""What interactive messages have in common: header, words, footer."""

from __future__ import annotations

from typing import Any

import msgspec

from handschlag.content.errors import INVALID_PARAMETER, ContentError, missing
from handschlag.content.fields import not_possible, take_object, take_text
from handschlag.content.media import FileParser, MediaFile

HEADER_CHARACTERS = 60
FOOTER_CHARACTERS = 60
BODY_CHARACTERS = 1024
_FILES = ("image", "video", "document")


class Words(msgspec.Struct, frozen=True):
    """A body or a footer."""

    text: str


class Header(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands above: a line of text, or a file of the type's name."""

    type: str
    text: str | None = None
    image: MediaFile | None = None
    video: MediaFile | None = None
    document: MediaFile | None = None


def parse_header(value: object, field: str, files: FileParser, *, text_only: bool = False) -> Header | None:
    """Return the header, or None where there is none."""
    if value is None:
        return None
    part = take_object(value, field)
    kind = word_of(part, "type", field)
    if kind == "text":
        return Header(type=kind, text=take_text(part, "text", field, HEADER_CHARACTERS))
    if text_only or kind not in _FILES:
        raise not_possible(f"{field}.type", kind, "text" if text_only else f"text, {', '.join(_FILES)}")
    if part.get(kind) is None:
        raise missing(f"{field}.{kind}")
    file = files(part[kind], f"{field}.{kind}", kind)
    return Header(type=kind, image=file) if kind == "image" else _film_or_document(kind, file)


def _film_or_document(kind: str, file: MediaFile) -> Header:
    return Header(type=kind, video=file) if kind == "video" else Header(type=kind, document=file)


def parse_words(value: object, field: str, most: int) -> Words:
    """Return a body that has to be there."""
    return Words(text=take_text(take_object(value, field), "text", field, most))


def parse_footer(value: object, field: str) -> Words | None:
    """Return the footer, or None where there is none."""
    return None if value is None else parse_words(value, field, FOOTER_CHARACTERS)


def word_of(part: dict[str, Any], name: str, field: str) -> str:
    """Return a word that chooses between shapes, in lower case."""
    word = part.get(name)
    if word is None:
        raise missing(f"{field}.{name}")
    if not isinstance(word, str):
        raise not_possible(f"{field}.{name}", word, "a string")
    return word.lower()


def check_name(part: dict[str, Any], name: str, field: str) -> None:
    """Check an action's name, which says the kind again."""
    if word_of(part, "name", field) != name:
        raise not_possible(f"{field}.name", part.get("name"), f"'{name}'")


def check_unique(values: list[str], field: str) -> None:
    """Check that no two of a message's ids or titles are the same: an answer names one."""
    for value in values:
        if values.count(value) > 1:
            raise ContentError(INVALID_PARAMETER, field, f"got {value[:40]!r} twice, expected each once")
