"""Files of an outgoing message that a program names by media id or link: where they stand in its body, and how they are put there."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from handschlag.content.errors import INVALID_PARAMETER, ContentError, missing, wrong_type
from handschlag.content.fields import not_possible, take_object, take_web_address
from handschlag.content.media import Blob, MediaFile, parse_media_fields

_PLACE = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_POINTER = ("mime_type", "sha256", "file_size", "blob")
_MEDIA_ID = re.compile(r"\d{1,20}")
_encode = msgspec.json.Encoder(order="sorted").encode
# Stands in a body until the file is brought. Nothing with it is ever sealed: every reader refuses an empty id.
_NOT_AT_HAND = Blob(id="", key="", prefix="")

Path = list[str | int]


class WantedFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file: the path of its object in the body, the type it has to fit, and where it comes from."""

    path: Path
    kind: str
    id: str | None = None
    link: str | None = None


class WantedFiles:
    """Reads the files of one request, and remembers where each belongs; the body begins `within` a part of the request."""

    def __init__(self, within: str = "") -> None:
        self.found: list[WantedFile] = []
        self._within = within

    def __call__(self, value: object, field: str, kind: str) -> MediaFile:
        """Return an object that holds the file's place, with what the program wrote beside it."""
        part = take_object(value, field)
        id_, link = part.get("id"), part.get("link")
        if id_ is not None and link is not None:
            raise ContentError(INVALID_PARAMETER, field, "got both id and link, expected one of them")
        if id_ is None and link is None:
            raise missing(f"{field}.id")
        if id_ is not None:
            id_ = _media_id(id_, f"{field}.id")
        else:
            link = take_web_address(part, "link", field)
        self.found.append(WantedFile(path=path_of(field.removeprefix(self._within)), kind=kind, id=id_, link=link))
        return MediaFile(
            mime_type="", sha256="", file_size=0, blob=_NOT_AT_HAND, **parse_media_fields(part, field, kind)
        )


def _media_id(value: object, field: str) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        raise wrong_type(field, value, "a string")
    if not _MEDIA_ID.fullmatch(text):
        raise not_possible(field, text, "the id of an uploaded file, which is digits")
    return text


def path_of(field: str) -> Path:
    """Return the path that a field's name spells: `cards[0].header.image`."""
    return [name or int(index) for name, index in _PLACE.findall(field)]


def fill_in(body: bytes, files: list[tuple[WantedFile, MediaFile]]) -> bytes:
    """Return the body with its files; what the program wrote beside a file wins over what the file brings."""
    value: Any = msgspec.json.decode(body)
    for wanted, file in files:
        place = value
        for step in wanted.path[:-1]:
            place = place[step]
        given = {name: text for name, text in place[wanted.path[-1]].items() if name not in _POINTER}
        place[wanted.path[-1]] = {**msgspec.to_builtins(file), **given}
    return _encode(value)
