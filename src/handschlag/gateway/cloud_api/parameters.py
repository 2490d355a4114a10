"""Reads single parameters in the spellings programs use: yes and no as words or numbers, lists as JSON or with commas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from handschlag.gateway.errors import ParameterMissing, RequestInvalid, shown

Parameters = Mapping[str, Any]

_YES = frozenset({"true", "1", "yes", "on"})
_NO = frozenset({"false", "0", "no", "off"})


def text_of(parameters: Parameters, name: str, *, most: int, least: int = 0) -> str | None:
    """Return a text within its limits, or None if it is not given."""
    value = parameters.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise RequestInvalid(f"{name}: got {shown(value)}, expected a string")
    if len(value) > most:
        raise RequestInvalid(f"{name}: got {len(value)} characters, at most {most}")
    if "\0" in value:
        # PostgreSQL keeps no text with it.
        raise RequestInvalid(f"{name}: got {shown(value)}, expected a text without the character U+0000")
    if len(value) < least:
        raise RequestInvalid(f"{name}: got {len(value)} characters, at least {least}")
    return value


def required_text_of(parameters: Parameters, name: str, *, most: int) -> str:
    """Return a text that has to be there."""
    value = text_of(parameters, name, most=most)
    if not value:
        raise ParameterMissing(f"{name}: got nothing, expected a text of at most {most} characters")
    return value


def flag_of(parameters: Parameters, name: str) -> bool | None:
    """Return yes or no, or None if it is not given."""
    value = parameters.get(name)
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise RequestInvalid(f"{name}: got {shown(value)}, expected true or false")


def opened(value: Any) -> Any:
    """Return what a text of JSON holds: some clients put lists and objects into JSON as texts."""
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return value
    return value


def list_of(parameters: Parameters, name: str) -> list[Any] | None:
    """Return a list, in JSON (also as a text inside JSON) or separated by commas, or None if it is not given."""
    value = opened(parameters.get(name))
    if value is None or isinstance(value, list):
        return value
    if not isinstance(value, str):
        raise RequestInvalid(f"{name}: got {shown(value)}, expected a list")
    return [part.strip() for part in value.split(",") if part.strip()]


def word_of(parameters: Parameters, name: str, words: Sequence[str]) -> str | None:
    """Return one of some words, whatever its case, or None if it is not given."""
    value = parameters.get(name)
    if value is None or value == "":
        return None
    word = str(value).strip().upper()
    if word not in words:
        raise RequestInvalid(f"{name}: got {shown(value)}, expected one of {', '.join(words)}")
    return word


def object_of(parameters: Parameters, name: str) -> dict[str, Any] | None:
    """Return an object, also as a text inside JSON, or None if it is not given."""
    value = opened(parameters.get(name))
    if value is None or isinstance(value, dict):
        return value
    raise RequestInvalid(f"{name}: got {shown(value)}, expected an object")


def time_of(parameters: Parameters, name: str) -> float | None:
    """Return Unix seconds, or None if they are not given."""
    value = parameters.get(name)
    if value is None or value == "":
        return None
    try:
        found = msgspec.convert(value, float, strict=False)
    except msgspec.ValidationError:
        raise RequestInvalid(f"{name}: got {shown(value)}, expected Unix seconds") from None
    if not 0 <= found < 2**40:
        raise RequestInvalid(f"{name}: got {shown(value)}, expected Unix seconds")
    return found


def check_product(parameters: Parameters) -> None:
    """Raise RequestInvalid if a request names another messaging product; naming none is fine outside of messages."""
    product = parameters.get("messaging_product", "whatsapp")
    if product != "whatsapp":
        raise RequestInvalid(f"messaging_product: got {shown(product)}, expected 'whatsapp'")
