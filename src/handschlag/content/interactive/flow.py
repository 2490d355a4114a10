"""`flow`: a button that opens a form inside the chat."""

from __future__ import annotations

from typing import Any

import msgspec

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.content.fields import not_possible, take_object, take_optional_text, take_text
from handschlag.content.flows.message import FlowDefinition, check_flow_definition
from handschlag.content.interactive.parts import check_name
from handschlag.content.media import FileParser

CTA_CHARACTERS = 30
TOKEN_CHARACTERS = 1000
NAME_CHARACTERS = 200
VERSION_CHARACTERS = 8
_ACTIONS = ("navigate", "data_exchange")
_MODES = ("published", "draft")


class FlowPayload(msgspec.Struct, frozen=True, omit_defaults=True):
    """The first screen, and what it is given."""

    screen: str | None = None
    data: dict[str, Any] | None = None


class FlowParameters(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which form, by id or by name, and how it is opened; `flow` is the form itself, which the sender's gateway puts there."""

    flow_cta: str
    flow_message_version: str = ""
    flow_id: str | None = None
    flow_name: str | None = None
    flow_token: str | None = None
    flow_action: str | None = None
    flow_action_payload: FlowPayload | None = None
    mode: str | None = None
    flow: FlowDefinition | None = None


class FlowAction(msgspec.Struct, frozen=True):
    """The form's button."""

    parameters: FlowParameters
    name: str = "flow"


def parse_flow_action(value: object, field: str, _files: FileParser) -> FlowAction:
    """Return the form's button; whether there is such a form is asked elsewhere."""
    part = take_object(value, field)
    check_name(part, "flow", field)
    where = f"{field}.parameters"
    parameters = take_object(part.get("parameters"), where)
    version = parameters.get("flow_message_version")
    flow_id = parameters.get("flow_id")
    as_text = {
        **parameters,
        "flow_message_version": str(version) if isinstance(version, int) else version,
        "flow_id": str(flow_id) if isinstance(flow_id, int) else flow_id,
    }
    id_ = take_optional_text(as_text, "flow_id", where, NAME_CHARACTERS)
    name = take_optional_text(as_text, "flow_name", where, NAME_CHARACTERS)
    if (id_ is None) == (name is None):
        given = "both" if id_ is not None else "neither"
        raise ContentError(INVALID_PARAMETER, f"{where}.flow_id", f"got {given}, expected either flow_id or flow_name")
    return FlowAction(
        parameters=FlowParameters(
            flow_cta=take_text(as_text, "flow_cta", where, CTA_CHARACTERS),
            flow_message_version=take_text(as_text, "flow_message_version", where, VERSION_CHARACTERS),
            flow_id=id_,
            flow_name=name,
            flow_token=take_optional_text(as_text, "flow_token", where, TOKEN_CHARACTERS),
            flow_action=_one_of(as_text, "flow_action", where, _ACTIONS),
            flow_action_payload=_payload(as_text.get("flow_action_payload"), f"{where}.flow_action_payload"),
            mode=_one_of(as_text, "mode", where, _MODES),
            flow=_definition(as_text.get("flow"), f"{where}.flow"),
        )
    )


def _one_of(part: dict[str, Any], name: str, field: str, allowed: tuple[str, ...]) -> str | None:
    word = take_optional_text(part, name, field, NAME_CHARACTERS)
    if word is not None and word.lower() not in allowed:
        raise not_possible(f"{field}.{name}", word, " or ".join(allowed))
    return None if word is None else word.lower()


def _payload(value: object, field: str) -> FlowPayload | None:
    if value is None:
        return None
    part = take_object(value, field)
    data = part.get("data")
    return FlowPayload(
        screen=take_optional_text(part, "screen", field, NAME_CHARACTERS),
        data=None if data is None else take_object(data, f"{field}.data"),
    )


def _definition(value: object, field: str) -> FlowDefinition | None:
    if value is None:
        return None
    try:
        return check_flow_definition(msgspec.convert(value, FlowDefinition))
    except ValueError as error:
        raise ContentError(INVALID_PARAMETER, field, f"got something else ({error}), expected a form") from None
