"""Receipts: read, typing, the request to seal a message again, and what an open form asks; none is a message."""

from __future__ import annotations

import msgspec

from handschlag.content.flows.exchange import FlowAnswer, FlowRequest, check_flow_answer, check_flow_request
from handschlag.wire.ids import EnvelopeId, parse_envelope_id
from handschlag.wire.limits import LATEST_TIME

IDS_PER_RECEIPT = 500


class ReadReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """These envelopes were shown to a person, at Unix seconds by the reader's clock."""

    read: list[EnvelopeId]
    at: int


class PlayedReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """These voice notes were listened to, at Unix seconds by the listener's clock."""

    played: list[EnvelopeId]
    at: int


class TypingNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody is writing; it fades after 25 seconds or with the next message."""

    typing: bool = True


class Resend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An envelope that could not be opened, and in which attempt."""

    id: EnvelopeId
    attempt: int = 0


class ResendRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Please seal these again. An empty list only shows the receiver a new session.

    `again` answers such a request: who asks may not have been able to read what it was asked itself.
    """

    resend: list[Resend]
    again: bool = False


Receipt = ReadReceipt | PlayedReceipt | TypingNotice | ResendRequest | FlowRequest | FlowAnswer

_SHAPES: dict[str, type[Receipt]] = {
    "read": ReadReceipt,
    "played": PlayedReceipt,
    "typing": TypingNotice,
    "resend": ResendRequest,
    "flow_request": FlowRequest,
    "flow_answer": FlowAnswer,
}
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def parse_receipt(body: bytes | msgspec.Raw) -> Receipt:
    """Return the one receipt a body is; raises ValueError on any other shape."""
    found = _SHAPES.keys() & _keys(body).keys()
    if len(found) != 1:
        message = f"receipt: expected exactly one of {', '.join(_SHAPES)}"
        raise ValueError(message)
    receipt = msgspec.json.decode(body, type=_SHAPES[found.pop()])
    listed = _listed(receipt)
    if len(listed) > IDS_PER_RECEIPT:
        message = f"receipt: got {len(listed)} ids, at most {IDS_PER_RECEIPT}"
        raise ValueError(message)
    for id_ in listed:
        parse_envelope_id(id_, "receipt.id")
    return receipt


def _listed(receipt: Receipt) -> list[EnvelopeId]:
    """Return the envelopes a receipt lists; raises ValueError where it breaks a rule of its own shape."""
    match receipt:
        case ReadReceipt(read=ids, at=at) | PlayedReceipt(played=ids, at=at):
            if not 0 <= at <= LATEST_TIME:
                message = f"receipt.at: got {str(at)[:20]}, expected 0 to {LATEST_TIME}"
                raise ValueError(message)
            return ids
        case ResendRequest(resend=asked):
            return [item.id for item in asked]
        case TypingNotice(typing=typing):
            if not typing:
                message = "receipt.typing: got false, expected true"
                raise ValueError(message)
        case FlowRequest():
            check_flow_request(receipt)
        case FlowAnswer():
            check_flow_answer(receipt)
    return []
