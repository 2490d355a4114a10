"""Reads what programs say about flows: names, categories, endpoints, Flow JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.content.flows.parsing import FLOW_JSON_BYTES
from handschlag.gateway.actions.flows.create_flow import FlowDraft
from handschlag.gateway.cloud_api.parameters import list_of, required_text_of, text_of
from handschlag.gateway.errors import ParameterMissing, RequestInvalid, shown
from handschlag.gateway.webhooks.callback_address import parse_callback_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handschlag.gateway.cloud_api.call import Call

_NAME_CHARACTERS = 200
_URL_CHARACTERS = 2000
CATEGORIES = (
    *("SIGN_UP", "SIGN_IN", "APPOINTMENT_BOOKING", "LEAD_GENERATION"),
    *("CONTACT_US", "CUSTOMER_SUPPORT", "SURVEY", "OTHER"),
)


def parse_new_flow(call: Call, parameters: Mapping[str, Any]) -> FlowDraft:
    """Return the flow a request describes."""
    if parameters.get("clone_template"):
        raise RequestInvalid("clone_template: not offered; clone_flow_id copies a flow of your own")
    categories = _categories(parameters)
    if not categories:
        raise ParameterMissing(f"categories: got none, expected some of {', '.join(CATEGORIES)}")
    clone = text_of(parameters, "clone_flow_id", most=20)
    return FlowDraft(
        name=required_text_of(parameters, "name", most=_NAME_CHARACTERS).strip(),
        categories=categories,
        endpoint_uri=_endpoint(call, parameters) or "",
        definition=_definition(parameters.get("flow_json")),
        clone=clone or None,
    )


def parse_flow_changes(call: Call, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns a request changes."""
    changes: dict[str, Any] = {}
    if parameters.get("name") is not None:
        changes["name"] = required_text_of(parameters, "name", most=_NAME_CHARACTERS).strip()
    if parameters.get("categories") is not None:
        categories = _categories(parameters)
        if not categories:
            raise ParameterMissing(f"categories: got none, expected some of {', '.join(CATEGORIES)}")
        changes["categories"] = msgspec.json.encode(categories).decode()
    endpoint = _endpoint(call, parameters)
    if endpoint is not None:
        changes["endpoint_uri"] = endpoint
    application = parameters.get("application_id")
    if application is not None:
        if str(application) != call.caller.app_id:
            raise RequestInvalid(
                f"application_id: got {shown(application)}, expected your own app {call.caller.app_id}"
            )
        changes["application_id"] = str(application)
    if not changes:
        raise ParameterMissing("name: got nothing to change, expected name, categories, endpoint_uri or application_id")
    return changes


def _categories(parameters: Mapping[str, Any]) -> list[str]:
    found = []
    for one in list_of(parameters, "categories") or []:
        word = str(one).upper()
        if word not in CATEGORIES:
            raise RequestInvalid(f"categories: got {shown(one)}, expected some of {', '.join(CATEGORIES)}")
        found.append(word)
    return list(dict.fromkeys(found))


def _endpoint(call: Call, parameters: Mapping[str, Any]) -> str | None:
    text = text_of(parameters, "endpoint_uri", most=_URL_CHARACTERS)
    if not text:
        return text
    return str(parse_callback_url(text, private=call.running.settings.private_callbacks, field="endpoint_uri"))


def _definition(value: object) -> bytes:
    """Return a Flow JSON's bytes; a form's value that is JSON was opened on the way, and is spelled again."""
    if value is None:
        return b""
    definition = value.encode() if isinstance(value, str) else msgspec.json.encode(value)
    if len(definition) > FLOW_JSON_BYTES:
        raise RequestInvalid(f"flow_json: got {len(definition)} bytes, at most {FLOW_JSON_BYTES}")
    return definition
