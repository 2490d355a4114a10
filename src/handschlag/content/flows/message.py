"""How a form travels: beside the Cloud API's own fields of a flow message stands the form itself (spec/content.md section 5).

So the device that opens the message needs to ask nobody for the form, and nobody learns that it was opened.
"""

from __future__ import annotations

import msgspec

from handschlag.content.media import MediaFile
from handschlag.wire.errors import WireError

# Leaves room in the largest bucket for the message around it: texts, a payload for the first screen, the header.
INLINE_BYTES = 48 * 1024
FLOW_MIME_TYPE = "application/json"


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
