"""Which body an envelope of each kind may hold: exactly one shape, so that a message cannot hide in a receipt."""

from __future__ import annotations

import msgspec

from handschlag.content.context import Context, parse_context
from handschlag.content.errors import ContentError
from handschlag.content.introduction import Introduction, SystemBody, check_introduction
from handschlag.content.receipts import Receipt, parse_receipt
from handschlag.content.service_types import (
    SERVICE_TYPES,
    TYPE_CHARACTERS,
    ServiceMessage,
    UnsupportedMessage,
    parse_message,
)
from handschlag.content.templates.components import Component
from handschlag.content.text import TextMessage, parse_sealed_text
from handschlag.wire.envelope import Kind
from handschlag.wire.signed import SignedRecord


class TemplateMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The body of a `template` envelope: the definition's hash, its approval, the parameters; never rendered text."""

    template: str
    approval: SignedRecord
    components: list[Component] = []


Body = ServiceMessage | TemplateMessage | Introduction | Receipt

_decode_any = msgspec.json.Decoder().decode
_decode_template = msgspec.json.Decoder(TemplateMessage).decode
_decode_system = msgspec.json.Decoder(SystemBody).decode


def parse_body(kind: Kind, body: bytes | msgspec.Raw) -> Body:
    """Return the body of an envelope of this kind; raises ValueError for any other shape."""
    match kind:
        case "service":
            return _parse_service(body)
        case "template":
            return _decode_template(body)
        case "system":
            return check_introduction(_decode_system(body).introduction)
        case "receipt":
            return parse_receipt(body)
        case "sync":
            message = "sync: what a customer's devices tell each other is for them alone"
            raise ValueError(message)


def _parse_service(body: bytes | msgspec.Raw) -> ServiceMessage:
    value = _decode_any(body)
    type_ = value.get("type") if isinstance(value, dict) else None
    if not isinstance(type_, str) or not 1 <= len(type_) <= TYPE_CHARACTERS:
        message = "service: expected an object with a type"
        raise ValueError(message)
    if type_ == "text":
        return TextMessage(text=parse_sealed_text(value.get("text")), context=parse_context(value.get("context")))
    if type_ in SERVICE_TYPES:
        try:
            return parse_message(value)
        except ContentError:
            pass  # a shape that is not known is shown like a type that is not: nobody loses it without seeing that
    return UnsupportedMessage(type=type_, context=_parse_any_context(value.get("context")))


def _parse_any_context(value: object) -> Context | None:
    try:
        return parse_context(value)
    except ContentError:
        return None
