"""A message's name in the Cloud API: `wamid.` and base64 of a fixed head and the envelope id; never stored."""

from __future__ import annotations

from handschlag.wire.canonical import from_base64, to_base64
from handschlag.wire.errors import WireError
from handschlag.wire.ids import EnvelopeId, envelope_id_bytes, envelope_id_of, parse_envelope_id

_PREFIX = "wamid."
# Real ids begin `wamid.HBgL`, and some programs look at that.
_HEAD = bytes.fromhex("1c180b")


def message_id(envelope: EnvelopeId) -> str:
    """Return the `wamid` of an envelope."""
    return _PREFIX + to_base64(_HEAD + envelope_id_bytes(envelope))


def parse_message_id(text: str, field: str = "message_id") -> EnvelopeId:
    """Return the envelope id behind a `wamid`, with or without base64 padding."""
    if not text.startswith(_PREFIX):
        raise WireError(field, text, "wamid. and base64")
    data = from_base64(text.removeprefix(_PREFIX).rstrip("="), field, length=len(_HEAD) + 16)
    if not data.startswith(_HEAD):
        raise WireError(field, text, "a wamid of this system")
    return parse_envelope_id(envelope_id_of(data[len(_HEAD) :]), field)
