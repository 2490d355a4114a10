"""How a form travels: beside the Cloud API's own fields of a flow message stands the form itself (spec/content.md section 5).

So the device that opens the message needs to ask nobody for the form, and nobody learns that it was opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from handschlag.content.media import MediaFile
from handschlag.wire.errors import WireError

# Leaves room in the largest bucket for the message around it: texts, a payload for the first screen, the header.
INLINE_BYTES = 48 * 1024
FLOW_MIME_TYPE = "application/json"
# The Cloud API's word for a message that was sent without a token.
UNUSED_TOKEN = "unused"  # noqa: S105


class FlowDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A form: its Flow JSON as text or, where that does not fit into a message, as a sealed file at the relay.

    `id` is the flow's at the company, `version` the Flow JSON's, `data_api_version` that of its data endpoint, absent if it has none.
    """

    id: str
    version: str
    text: str | None = None
    file: MediaFile | None = None
    data_api_version: str | None = None


def check_flow_definition(definition: FlowDefinition) -> FlowDefinition:
    """Return the form as it stands in a message if it is there exactly once and in its place."""
    if (definition.text is None) == (definition.file is None):
        raise WireError("flow", "text and file" if definition.text else "neither text nor file", "one of the two")
    if definition.text is not None and len(definition.text.encode()) > INLINE_BYTES:
        raise WireError("flow.text", f"{len(definition.text.encode())} bytes", f"at most {INLINE_BYTES} bytes")
    if definition.file is not None and definition.file.mime_type != FLOW_MIME_TYPE:
        raise WireError("flow.file.mime_type", definition.file.mime_type[:40], FLOW_MIME_TYPE)
    return definition


class ReceivedForm(NamedTuple):
    """The form of a message and how it is opened: with a screen and its data, or with a question to the company."""

    definition: FlowDefinition
    token: str
    action: str
    screen: str | None
    data: dict[str, Any]


def form_in(message: Any) -> ReceivedForm | None:
    """Return the form an interactive message holds, or a template as it is shown; None if it holds none."""
    for part in _objects(message):
        if isinstance(part.get("flow"), dict) and "version" in part["flow"]:
            payload = part.get("flow_action_payload")
            payload = payload if isinstance(payload, dict) else {}
            return _received(part["flow"], part, part.get("flow_action"), payload.get("screen"), payload.get("data"))
        if isinstance(part.get("form"), dict):
            target = part.get("target")
            target = target if isinstance(target, dict) else {}
            data = msgspec.json.decode(part.get("data") or "{}")
            action = target.get("flow_action") or target.get("action")
            return _received(part["form"], part, action, target.get("navigate_screen") or target.get("screen"), data)
    return None


def _received(form: dict[str, Any], part: dict[str, Any], action: Any, screen: Any, data: Any) -> ReceivedForm | None:
    try:
        definition = check_flow_definition(msgspec.convert(form, FlowDefinition))
    except ValueError:
        return None
    return ReceivedForm(
        definition,
        token=str(part.get("flow_token") or part.get("token") or UNUSED_TOKEN),
        action="data_exchange" if str(action).lower() == "data_exchange" else "navigate",
        screen=screen if isinstance(screen, str) and screen else None,
        data=data if isinstance(data, dict) else {},
    )


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            yield one
            todo.extend(one.values())
        elif isinstance(one, list):
            todo.extend(one)
