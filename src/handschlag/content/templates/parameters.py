"""The components of a template send as programs spell them, parsed into the one spelling that is sealed.

A file is named by an id or a link then, and becomes a sealed pointer before the message leaves: its place is noted beside.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from handschlag.content.errors import (
    INVALID_PARAMETER,
    INVALID_VALUE,
    PARAMETER_FORMAT,
    ContentError,
    missing,
    wrong_type,
)
from handschlag.content.media import Blob, FileParser, MediaFile
from handschlag.content.templates.buttons import BUTTONS
from handschlag.content.templates.cards import MOST_CARDS
from handschlag.content.templates.components import Card, Component, FlowAction, OfferEnd, Parameter, Place
from handschlag.wire.canonical import to_base64

_CARD_PARTS = ("header", "body", "button")
_PARTS = (*_CARD_PARTS, "limited_time_offer", "carousel")
_BUTTONS = ("url", "quick_reply", "copy_code", "flow")
_NOT_OFFERED = frozenset(
    {"mpm", "spm", "catalog", "voice_call", "order_details", "tap_target_configuration", "product"}
)
_MIME_TYPES = {"image": "image/jpeg", "video": "video/mp4", "document": "application/pdf"}
# A number written shortly, which repr would give an exponent, is no coordinate.
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?")
_WHOLE = re.compile(r"[0-9]{1,15}")
_MANY = 10**15


def parse_components(value: object, files: FileParser, field: str = "template.components") -> list[Component]:
    """Return the components of a request; raises ContentError with the Cloud API's code.

    `files` reads what names a file, and puts something into its place until the file is brought.
    """
    return _parse_components(value, field, _PARTS, files)


def with_stand_ins(components: list[Component]) -> list[Component]:
    """Return the components with a possible file wherever one is still to be brought: so a send is checked at the door."""
    return [
        msgspec.structs.replace(
            component,
            parameters=[_stand_in(parameter) for parameter in component.parameters],
            cards=[
                msgspec.structs.replace(card, components=with_stand_ins(card.components)) for card in component.cards
            ],
        )
        for component in components
    ]


def _stand_in(parameter: Parameter) -> Parameter:
    file = getattr(parameter, parameter.type, None) if parameter.type in _MIME_TYPES else None
    if file is None or file.mime_type:
        return parameter
    blob = Blob(id="b" * 26, key=to_base64(bytes(32)), prefix=to_base64(bytes(7)))
    possible = MediaFile(_MIME_TYPES[parameter.type], to_base64(bytes(32)), 1, blob, filename=file.filename)
    return Parameter(type=parameter.type, **{parameter.type: possible})  # type: ignore[arg-type]


def _parse_components(value: object, field: str, known: tuple[str, ...], files: FileParser) -> list[Component]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise wrong_type(field, value, "an array")
    components: list[Component] = []
    for position, entry in enumerate(value):
        where = f"{field}[{position}]"
        component = _parse_component(entry, where, known, files)
        if any((c.type, c.index) == (component.type, component.index) for c in components):
            raise ContentError(INVALID_PARAMETER, where, f"a second {component.type} component")
        components.append(component)
    return components


def _parse_component(value: object, field: str, known: tuple[str, ...], files: FileParser) -> Component:
    if not isinstance(value, dict):
        raise wrong_type(field, value, "an object")
    type_ = _one_of(value, "type", field, known)
    if type_ == "carousel":
        return Component(type=type_, cards=_parse_cards(value.get("cards"), f"{field}.cards", files))
    sub_type = _one_of(value, "sub_type", field, _BUTTONS) if type_ == "button" else None
    index = _index(value.get("index"), field) if type_ == "button" else None
    listed = value.get("parameters")
    if listed is not None and not isinstance(listed, list):
        raise wrong_type(f"{field}.parameters", listed, "an array")
    if sub_type == "quick_reply":
        listed = [_as_payload(item) for item in listed or []]
    parameters = [_parse_parameter(item, f"{field}.parameters[{i}]", files) for i, item in enumerate(listed or [])]
    return Component(type=type_, sub_type=sub_type, index=index, parameters=parameters)


def _as_payload(item: object) -> object:
    """Return what a reply carries in its one spelling: the documentation also writes it as a text, or as true and false."""
    if not isinstance(item, dict) or str(item.get("type", "")).lower() != "text":
        return item
    text = item.get("text")
    return {"type": "payload", "payload": msgspec.json.encode(text).decode() if isinstance(text, bool) else text}


def _parse_cards(value: object, field: str, files: FileParser) -> list[Card]:
    if value is None:
        raise missing(field)
    if not isinstance(value, list) or len(value) > MOST_CARDS:
        raise ContentError(INVALID_PARAMETER, field, f"expected an array of at most {MOST_CARDS} cards")
    cards: list[Card] = []
    for position, entry in enumerate(value):
        where = f"{field}[{position}]"
        if not isinstance(entry, dict):
            raise wrong_type(where, entry, "an object")
        index = _whole(entry.get("card_index", position))
        if index is None or not 0 <= index < MOST_CARDS:
            raise ContentError(INVALID_VALUE, f"{where}.card_index", f"expected 0 to {MOST_CARDS - 1}")
        components = _parse_components(entry.get("components"), f"{where}.components", _CARD_PARTS, files)
        cards.append(Card(card_index=index, components=components))
    return cards


def _parse_parameter(value: object, field: str, files: FileParser) -> Parameter:
    if not isinstance(value, dict):
        raise wrong_type(field, value, "an object")
    type_ = _word(value, "type", field)
    if type_ in _MIME_TYPES:
        return Parameter(type=type_, **{type_: _file(value.get(type_), f"{field}.{type_}", type_, files)})  # type: ignore[arg-type]
    parse = _PARAMETERS.get(type_)
    if parse is None:
        if type_ in _NOT_OFFERED:
            raise ContentError(PARAMETER_FORMAT, f"{field}.type", f"got {type_}, which is not offered here")
        expected = ", ".join(sorted({*_PARAMETERS, *_MIME_TYPES}))
        raise ContentError(PARAMETER_FORMAT, f"{field}.type", f"got {type_[:40]}, expected {expected}")
    return parse(value, field)


def _text(value: dict[str, Any], field: str) -> Parameter:
    return Parameter(type="text", text=_filled(value, "text", field), parameter_name=_name(value, field))


def _fallback(value: dict[str, Any], field: str) -> Parameter:
    """Money and dates are shown as the program spelled them, for readers in every country alike."""
    type_ = _word(value, "type", field)
    part = value.get(type_)
    if not isinstance(part, dict):
        raise missing(f"{field}.{type_}") if part is None else wrong_type(f"{field}.{type_}", part, "an object")
    text = _filled(part, "fallback_value", f"{field}.{type_}")
    return Parameter(type="text", text=text, parameter_name=_name(value, field))


def _payload(value: dict[str, Any], field: str) -> Parameter:
    return Parameter(type="payload", payload=_filled(value, "payload", field))


def _coupon(value: dict[str, Any], field: str) -> Parameter:
    return Parameter(type="coupon_code", coupon_code=_filled(value, "coupon_code", field))


def _location(value: dict[str, Any], field: str) -> Parameter:
    part = value.get("location")
    if not isinstance(part, dict):
        where = f"{field}.location"
        raise missing(where) if part is None else wrong_type(where, part, "an object")
    place = Place(
        latitude=_degrees(part.get("latitude"), f"{field}.location.latitude"),
        longitude=_degrees(part.get("longitude"), f"{field}.location.longitude"),
        name=_optional(part, "name", f"{field}.location"),
        address=_optional(part, "address", f"{field}.location"),
    )
    return Parameter(type="location", location=place)


def _action(value: dict[str, Any], field: str) -> Parameter:
    part = value.get("action", {})
    if not isinstance(part, dict):
        raise wrong_type(f"{field}.action", part, "an object")
    data = part.get("flow_action_data")
    if data is not None and not isinstance(data, dict):
        raise wrong_type(f"{field}.action.flow_action_data", data, "an object")
    text = msgspec.json.encode(data, order="sorted").decode() if data else None
    token = _optional(part, "flow_token", f"{field}.action")
    return Parameter(type="action", action=FlowAction(flow_token=token, flow_action_data=text))


def _offer(value: dict[str, Any], field: str) -> Parameter:
    part = value.get("limited_time_offer")
    if not isinstance(part, dict):
        raise missing(f"{field}.limited_time_offer")
    end = _whole(part.get("expiration_time_ms"))
    if end is None:
        raise ContentError(
            PARAMETER_FORMAT, f"{field}.limited_time_offer.expiration_time_ms", "expected milliseconds since 1970"
        )
    return Parameter(type="limited_time_offer", limited_time_offer=OfferEnd(expiration_time_ms=end))


# One row per type of parameter, beside the files.
_PARAMETERS: dict[str, Callable[[dict[str, Any], str], Parameter]] = {
    "text": _text,
    "currency": _fallback,
    "date_time": _fallback,
    "payload": _payload,
    "location": _location,
    "coupon_code": _coupon,
    "action": _action,
    "limited_time_offer": _offer,
}


def _file(part: object, field: str, kind: str, files: FileParser) -> MediaFile:
    # A sealed body begins at `components`, and what else a program writes beside a header's file is not shown.
    if isinstance(part, dict):
        part = {name: part[name] for name in ("id", "link", "filename") if part.get(name) is not None}
    return files(part, field.removeprefix("template."), kind)


def _word(value: dict[str, Any], name: str, field: str) -> str:
    word = value.get(name)
    if word is None:
        raise missing(f"{field}.{name}")
    if not isinstance(word, str):
        raise wrong_type(f"{field}.{name}", word, "a string")
    return word.lower()


def _one_of(value: dict[str, Any], name: str, field: str, known: tuple[str, ...]) -> str:
    word = _word(value, name, field)
    if word not in known:
        not_offered = f"got {word}, which is not offered here" if word in _NOT_OFFERED else ""
        raise ContentError(
            INVALID_VALUE, f"{field}.{name}", not_offered or f"got {word[:40]}, expected {', '.join(known)}"
        )
    return word


def _filled(value: dict[str, Any], name: str, field: str) -> str:
    text = _optional(value, name, field)
    if text is None:
        raise missing(f"{field}.{name}")
    return text


def _optional(value: dict[str, Any], name: str, field: str) -> str | None:
    text = value.get(name)
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise wrong_type(f"{field}.{name}", text, "a string")
    return text


def _name(value: dict[str, Any], field: str) -> str | None:
    name = value.get("parameter_name")
    if name is not None and not isinstance(name, str):
        raise wrong_type(f"{field}.parameter_name", name, "a string")
    return name


def _degrees(value: object, field: str) -> str:
    if value is None:
        raise missing(field)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    text = f"{value:.10f}".rstrip("0").rstrip(".") if number else str(value).strip()
    if not _DEGREES.fullmatch(text):
        raise ContentError(PARAMETER_FORMAT, field, f"got {text[:40]!r}, expected degrees like 52.52")
    return text


def _whole(value: object) -> int | None:
    """Return a whole number of at least 0, also one spelled as text; None for anything else."""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MANY else None


def _index(value: object, field: str) -> str:
    if value is None:
        raise missing(f"{field}.index")
    number = _whole(value)
    if number is None or not 0 <= number < BUTTONS:
        raise ContentError(INVALID_VALUE, f"{field}.index", f"expected 0 to {BUTTONS - 1}")
    return str(number)
