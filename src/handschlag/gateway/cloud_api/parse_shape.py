"""Turns a request's parameters into the struct that a call names, and says of what does not fit: the field, the value seen, the limit.

Programs spell: yes and no as words or numbers, lists and objects as JSON within a text or with commas, words in any case; null and, but
for texts, an empty text are absent. Unknown names are ignored. A field's `Meta(description=…)` is what an error says was expected, and
what /openapi.json says of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from handschlag.gateway.errors import ApiError, ParameterMissing, RequestInvalid, shown

Shape = TypeVar("Shape", bound=msgspec.Struct)

_YES = frozenset({"true", "1", "yes", "on"})
_NO = frozenset({"false", "0", "no", "off"})
_PLACE = re.compile(r" - at `\$(.*?)`$")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")
_DIGITS = re.compile(r"[+-]?[0-9]{1,20}")
_MISSING = re.compile(r"Object missing required field `(.+)`")
_LENGTH = re.compile(r"Expected `(str|array)` of length (<=|>=) (\d+)")

# More words than this are a list.
_QUOTED = 2
_Lists = inspect.ListType | inspect.VarTupleType
_NAMES: dict[type[inspect.Type], str] = {
    inspect.StrType: "a string",
    inspect.BoolType: "true or false",
    inspect.IntType: "a whole number",
    inspect.FloatType: "a number",
    inspect.ListType: "a list",
    inspect.VarTupleType: "a list",
    inspect.StructType: "an object",
    inspect.DictType: "an object",
}


def parse_shape(parameters: Mapping[str, Any], shape: type[Shape], *, within: str = "") -> Shape:
    """Return the parameters in their shape; raises ParameterMissing and RequestInvalid. `within` is the way to them in the request."""
    spelled = _spelled_object(parameters, _type_of(shape))
    try:
        return msgspec.convert(spelled, shape)
    except msgspec.ValidationError as error:
        raise complaint(error, parameters, shape, within, spelled) from None


def complaint(
    error: msgspec.ValidationError, seen: Any, shape: type[msgspec.Struct], within: str = "", spelled: Any = None
) -> ApiError:
    """Return what msgspec complains of in our words; `seen` is what the program sent, `spelled` how it was read."""
    text = str(error)
    place = _PLACE.search(text)
    path, message = (place.group(1), text[: place.start()]) if place else ("", text)
    kind: inspect.Type = _type_of(shape)
    for step in _steps(path):
        spelled, kind = _inside(spelled, step), _type_inside(kind, step)
        seen = _inside(seen, step) if isinstance(seen, Mapping | list) else spelled
    field = within + path.lstrip(".")
    if missing := _MISSING.fullmatch(message):
        name = missing.group(1)
        named = f"{field}.{name}" if field and field != within else field + name
        return ParameterMissing(f"{named}: got nothing, expected {_expected(_type_inside(kind, name))}")
    if length := _LENGTH.fullmatch(message):
        # A list may have been given as a text.
        seen, characters = (seen, " characters") if length.group(1) == "str" else (spelled, "")
        bound = "at most" if length.group(2) == "<=" else "at least"
        return RequestInvalid(f"{field}: got {len(seen)}{characters}, {bound} {length.group(3)}")
    return RequestInvalid(f"{field or 'body'}: got {shown(seen)}, expected {_expected(kind)}")


@cache
def _type_of(shape: type[msgspec.Struct]) -> inspect.StructType:
    found = inspect.type_info(shape)
    assert isinstance(found, inspect.StructType)
    return found


def _steps(path: str) -> Iterator[str | int]:
    for name, number in _STEP.findall(path):
        yield name or int(number)


def _inside(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def _type_inside(kind: inspect.Type, step: str | int) -> inspect.Type:
    kind = _bare(kind)
    if isinstance(kind, inspect.StructType):
        return next((field.type for field in kind.fields if field.encode_name == step), inspect.AnyType())
    return kind.item_type if isinstance(kind, _Lists) else inspect.AnyType()


def _alternatives(kind: inspect.Type) -> list[inspect.Type]:
    """Return what a value may be, beside absent."""
    if isinstance(kind, inspect.Metadata):
        return _alternatives(kind.type)
    if isinstance(kind, inspect.UnionType):
        return [one for part in kind.types for one in _alternatives(part)]
    return [] if isinstance(kind, inspect.NoneType) else [kind]


def _bare(kind: inspect.Type) -> inspect.Type:
    found = _alternatives(kind)
    return found[0] if len(found) == 1 else inspect.AnyType()


# How a value is spelled


def _spelled_object(values: Mapping[str, Any], kind: inspect.StructType) -> dict[str, Any]:
    found = {}
    for field in kind.fields:
        name = field.encode_name
        value = _spelled(values.get(name), field.type)
        if value is None or (value == "" and (field.required or not _takes_text(field.type))):
            continue
        if any(isinstance(one, str) and "\0" in one for one in (value if isinstance(value, list) else [value])):
            # PostgreSQL keeps no text with it.
            raise RequestInvalid(f"{name}: got {shown(value)}, expected a text without the character U+0000")
        found[name] = value
    return found


def _takes_text(kind: inspect.Type) -> bool:
    return any(isinstance(one, inspect.StrType | inspect.AnyType | _Lists) for one in _alternatives(kind))


def _spelled(value: Any, kind: inspect.Type) -> Any:
    bare = _bare(kind)
    match bare:
        case inspect.BoolType():
            return _flag(value)
        case inspect.LiteralType() if isinstance(value, str):
            word = value.strip()
            return next((one for one in (word, word.upper(), word.lower()) if one in bare.values), word)
        case inspect.IntType() | inspect.FloatType() if isinstance(value, str):
            return _number(value.strip(), bare)
        case inspect.ListType() | inspect.VarTupleType():
            return _list(value, bare.item_type)
        case inspect.StructType():
            value = opened(value)
            return _spelled_object(value, bare) if isinstance(value, dict) else value
        case inspect.DictType():
            return opened(value)
    return value


def _flag(value: Any) -> Any:
    word = str(value).strip().lower()
    return True if word in _YES else False if word in _NO else value


def _number(word: str, kind: inspect.IntType | inspect.FloatType) -> Any:
    if isinstance(kind, inspect.IntType):
        return int(word) if _DIGITS.fullmatch(word) else word
    try:
        return float(word)
    except ValueError:
        return word


def _list(value: Any, item: inspect.Type) -> Any:
    value = opened(value)
    if isinstance(value, str) and not isinstance(_bare(item), inspect.DictType | inspect.StructType):
        value = [part.strip() for part in value.split(",") if part.strip()]
    return [_spelled(one, item) for one in value] if isinstance(value, list) else value


def opened(value: Any) -> Any:
    """Return what a text of JSON holds: some clients put lists and objects into JSON as texts."""
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return value
    return value


# What is expected


def _expected(kind: inspect.Type) -> str:
    described = _description(kind)
    if described:
        return described
    found = _alternatives(kind)
    return " or ".join(dict.fromkeys(_named(one) for one in found)) or "nothing"


def _description(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.Metadata):
        return str((kind.extra_json_schema or {}).get("description", "")) or _description(kind.type)
    if isinstance(kind, inspect.UnionType):
        return next((found for one in kind.types if (found := _description(one))), "")
    return ""


def _named(kind: inspect.Type) -> str:
    match kind:
        case inspect.StrType(max_length=int() as most):
            return f"a text of at most {most} characters"
        case inspect.LiteralType(values=values) if len(values) <= _QUOTED:
            return " or ".join(repr(value) for value in values)
        case inspect.LiteralType(values=values):
            return f"one of {', '.join(str(value) for value in values)}"
        case inspect.IntType(ge=int() as least, le=int() as most):
            return f"{least} to {most}"
    return _NAMES.get(type(kind), "a value")
