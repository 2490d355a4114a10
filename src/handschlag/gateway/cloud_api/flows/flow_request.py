"""Reads what programs say about flows: names, categories, endpoints, Flow JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from handschlag.content.flows.parsing import FLOW_JSON_BYTES
from handschlag.gateway.actions.flows.create_flow import FlowDraft
from handschlag.gateway.errors import ParameterMissing, RequestInvalid, shown
from handschlag.gateway.webhooks.callback_address import parse_callback_url

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

CATEGORIES = (
    *("SIGN_UP", "SIGN_IN", "APPOINTMENT_BOOKING", "LEAD_GENERATION"),
    *("CONTACT_US", "CUSTOMER_SUPPORT", "SURVEY", "OTHER"),
)


_Name = Annotated[str, Meta(min_length=1, max_length=200)]
_Categories = Annotated[list[str], Meta(description=f"some of {', '.join(CATEGORIES)}")]
_Address = Annotated[str, Meta(max_length=2000)]


class CreateFlow(msgspec.Struct, kw_only=True):
    """A flow to be made."""

    name: _Name
    categories: _Categories = []
    endpoint_uri: _Address = ""
    clone_flow_id: Annotated[str, Meta(max_length=20)] = ""
    clone_template: Any = None
    flow_json: Annotated[Any, Meta(description="Flow JSON, as a text or an object")] = None
    publish: bool = False


class UpdateFlow(msgspec.Struct, kw_only=True):
    """What becomes another of a flow; what is absent stays."""

    name: _Name | None = None
    categories: _Categories | None = None
    endpoint_uri: _Address | None = None
    application_id: str | int | None = None


def make_flow_draft(call: Call, asked: CreateFlow) -> FlowDraft:
    """Return the flow a request describes."""
    if asked.clone_template:
        raise RequestInvalid("clone_template: not offered; clone_flow_id copies a flow of your own")
    return FlowDraft(
        name=asked.name.strip(),
        categories=_categories(asked.categories),
        endpoint_uri=_endpoint(call, asked.endpoint_uri),
        definition=_definition(asked.flow_json),
        clone=asked.clone_flow_id or None,
    )


def make_flow_changes(call: Call, asked: UpdateFlow) -> dict[str, Any]:
    """Return the columns a request changes."""
    changes: dict[str, Any] = {}
    if asked.name is not None:
        changes["name"] = asked.name.strip()
    if asked.categories is not None:
        changes["categories"] = msgspec.json.encode(_categories(asked.categories)).decode()
    if asked.endpoint_uri is not None:
        changes["endpoint_uri"] = _endpoint(call, asked.endpoint_uri)
    application = asked.application_id
    if application is not None:
        if str(application) != call.caller.app_id:
            raise RequestInvalid(
                f"application_id: got {shown(application)}, expected your own app {call.caller.app_id}"
            )
        changes["application_id"] = str(application)
    if not changes:
        raise ParameterMissing("name: got nothing to change, expected name, categories, endpoint_uri or application_id")
    return changes


def _categories(given: list[str]) -> list[str]:
    words = [word.upper() for word in given]
    for number, word in enumerate(words):
        if word not in CATEGORIES:
            raise RequestInvalid(f"categories: got {shown(given[number])}, expected some of {', '.join(CATEGORIES)}")
    if not words:
        raise ParameterMissing(f"categories: got none, expected some of {', '.join(CATEGORIES)}")
    return list(dict.fromkeys(words))


def _endpoint(call: Call, text: str) -> str:
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
