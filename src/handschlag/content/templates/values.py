"""The single values of a template send: each holds exactly what its type says, and nothing that its place does not allow."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from handschlag.content.errors import (
    FORBIDDEN_CHARACTERS,
    INVALID_VALUE,
    PARAMETER_COUNT,
    PARAMETER_FORMAT,
    ContentError,
    missing,
    too_long,
)
from handschlag.content.media import MediaFile, parse_media_file
from handschlag.content.templates.components import Component, FlowAction, OfferEnd, Parameter, Place

PAYLOAD_CHARACTERS = 256
COUPON_CHARACTERS = 20
CODE_CHARACTERS = 15
PLACE_CHARACTERS = 256
TOKEN_CHARACTERS = 1024
DATA_CHARACTERS = 16_384
# The year 9999 in milliseconds.
_LATEST = 253_402_300_799_000

# These patterns stand in spec/content.md too: the browser decides with the same ones.
_FORBIDDEN = re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029]| {4}")
_LINK = re.compile(r"://|[wW][wW][wW]\.|[A-Za-z0-9-]+\.[A-Za-z]{2,}/")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?")

_FIELDS = tuple(name for name in Parameter.__struct_fields__ if name not in {"type", "parameter_name"})
V = TypeVar("V", str, MediaFile, Place, FlowAction, OfferEnd)


def check_words(text: str, field: str, most: int = 0) -> str:
    """Return a text that a company fills in freely: on one line, and without a web address."""
    if _FORBIDDEN.search(text):
        raise ContentError(
            FORBIDDEN_CHARACTERS, field, "holds a line break, a tab, a control character or four spaces in a row"
        )
    if _LINK.search(text):
        raise ContentError(FORBIDDEN_CHARACTERS, field, "holds a web address")
    if most and len(text) > most:
        raise too_long(field, len(text), most, INVALID_VALUE)
    return text


def only_value(component: Component | None, kind: str, value_type: type[V], field: str) -> V | None:
    """Return the one value of this kind, None if the component is absent or empty; raises ContentError for anything else."""
    parameters = component.parameters if component else []
    if not parameters:
        return None
    if len(parameters) > 1:
        raise ContentError(PARAMETER_COUNT, field, f"got {len(parameters)} parameters, expected 1")
    value = value_of(parameters[0], kind, f"{field}.parameters[0]")
    if parameters[0].parameter_name is not None or not isinstance(value, value_type):
        raise ContentError(PARAMETER_FORMAT, f"{field}.parameters[0]", f"expected {kind}")
    return value


def value_of(parameter: Parameter, kind: str, field: str) -> object:
    """Return what stands in the field of this kind; no other field may hold anything."""
    value = getattr(parameter, kind)
    # One comparison instead of a look at each field: this is done for every value of every message.
    if parameter != Parameter(type=kind, parameter_name=parameter.parameter_name, **{kind: value}):
        others = [name for name in _FIELDS if name != kind and getattr(parameter, name) is not None]
        seen = parameter.type if parameter.type != kind else f"{kind} with {others[0]}"
        raise ContentError(PARAMETER_FORMAT, field, f"got {seen[:40]}, expected {kind}")
    if value is None or value == "":
        raise missing(f"{field}.{kind}")
    return value


def check_file(file: MediaFile, kind: str, field: str) -> MediaFile:
    """Return a header's file: of a type that its format shows; beside a document its name, nothing else."""
    try:
        parsed = parse_media_file(msgspec.to_builtins(file), field, kind)
    except ContentError as error:
        raise ContentError(PARAMETER_FORMAT, error.field, error.details) from None
    if parsed != file or file.caption is not None:
        raise ContentError(PARAMETER_FORMAT, field, "holds fields that stand beside no header's file")
    if file.filename is not None:
        check_words(file.filename, f"{field}.filename")
    return file


def check_place(place: Place, field: str) -> Place:
    """Return a place on earth."""
    for name, degrees, most in (("latitude", place.latitude, 90), ("longitude", place.longitude, 180)):
        if not _DEGREES.fullmatch(degrees) or abs(float(degrees)) > most:
            raise ContentError(PARAMETER_FORMAT, f"{field}.{name}", f"expected degrees from -{most} to {most}")
    for name, words in (("name", place.name), ("address", place.address)):
        if words is not None:
            check_words(words, f"{field}.{name}", PLACE_CHARACTERS)
    return place


def check_action(action: FlowAction, field: str) -> FlowAction:
    """Return what opens a form; its data is a JSON object."""
    if action.flow_token is not None and len(action.flow_token) > TOKEN_CHARACTERS:
        raise too_long(f"{field}.flow_token", len(action.flow_token), TOKEN_CHARACTERS, INVALID_VALUE)
    data = action.flow_action_data
    if data is None:
        return action
    if len(data) > DATA_CHARACTERS:
        raise too_long(f"{field}.flow_action_data", len(data), DATA_CHARACTERS, INVALID_VALUE)
    try:
        opened = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError):
        opened = None
    if not isinstance(opened, dict):
        raise ContentError(PARAMETER_FORMAT, f"{field}.flow_action_data", "expected a JSON object")
    return action


def check_end(end: OfferEnd, field: str) -> int:
    """Return when an offer ends, in Unix seconds."""
    if not 0 <= end.expiration_time_ms <= _LATEST:
        raise ContentError(PARAMETER_FORMAT, f"{field}.expiration_time_ms", f"expected 0 to {_LATEST}")
    return end.expiration_time_ms // 1000
