"""Reads single fields of a message's objects: what is wrong is said with the field, the value seen and the limit."""

from __future__ import annotations

import re
from typing import Any

from handschlag.content.errors import INVALID_PARAMETER, INVALID_VALUE, ContentError, missing, too_long, wrong_type

_SEEN_CHARACTERS = 60
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s]*")
URL_CHARACTERS = 2000


def seen(value: object) -> str:
    """Return a value as an error names it, not at length."""
    text = repr(value)
    return text if len(text) <= _SEEN_CHARACTERS else text[: _SEEN_CHARACTERS - 3] + "..."


def not_possible(field: str, value: object, expected: str) -> ContentError:
    """Return the error for a value of the right type that is still not possible."""
    return ContentError(INVALID_VALUE, field, f"got {seen(value)}, expected {expected}")


def take_object(value: object, field: str) -> dict[str, Any]:
    """Return an object that has to be there."""
    if value is None:
        raise missing(field)
    if not isinstance(value, dict):
        raise wrong_type(field, value, "an object")
    return value


def take_list(value: object, field: str, *, least: int, most: int) -> list[Any]:
    """Return a list with a permitted number of entries."""
    if value is None and least:
        raise missing(field)
    if value is None:
        return []
    if not isinstance(value, list):
        raise wrong_type(field, value, "an array")
    if not least <= len(value) <= most:
        raise ContentError(INVALID_VALUE, field, f"got {len(value)} entries, expected {least} to {most}")
    return value


def take_text(part: dict[str, Any], name: str, field: str, most: int) -> str:
    """Return a text that has to be there, at least one character long."""
    text = take_optional_text(part, name, field, most)
    if text is None:
        if part.get(name) is None:
            raise missing(f"{field}.{name}")
        raise ContentError(INVALID_PARAMETER, f"{field}.{name}", f"got 0 characters, expected 1 to {most}")
    return text


def take_optional_text(part: dict[str, Any], name: str, field: str, most: int) -> str | None:
    """Return a text, or None where there is none or an empty one."""
    text = part.get(name)
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise wrong_type(f"{field}.{name}", text, "a string")
    if len(text) > most:
        raise too_long(f"{field}.{name}", len(text), most)
    return text


def take_optional_flag(part: dict[str, Any], name: str, field: str) -> bool | None:
    """Return a boolean, also one that a form spelled as text, or None."""
    flag = part.get(name)
    if isinstance(flag, str) and flag in {"true", "false"}:
        return flag == "true"
    if flag is not None and not isinstance(flag, bool):
        raise wrong_type(f"{field}.{name}", flag, "a boolean")
    return flag


def take_web_address(part: dict[str, Any], name: str, field: str) -> str:
    """Return an http or https address that has to be there."""
    url = take_text(part, name, field, URL_CHARACTERS)
    if not _WEB_ADDRESS.fullmatch(url):
        raise not_possible(f"{field}.{name}", url, "an address that begins with https:// or http://")
    return url
