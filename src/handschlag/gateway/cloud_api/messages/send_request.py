"""The body of `POST /{phone_number_id}/messages`, parsed once into what it asks for: a message, or a read receipt."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from handschlag.content.context import Context
from handschlag.content.template_components import parse_components
from handschlag.content.text import TextMessage, parse_text
from handschlag.gateway.actions.messages.send_message import TemplateSend
from handschlag.gateway.errors import ParameterMissing, RequestInvalid, TypeNotSupported, ValueNotValid, shown
from handschlag.gateway.rules import message_limits
from handschlag.gateway.rules.customer_ids import Recipient, parse_number, parse_user_id

_Body = dict[str, Any]


class SendRequest(msgspec.Struct):
    """What programs send; unknown keys are ignored, null is absent. A message type's part stands under its own name."""

    messaging_product: str | None = None
    recipient_type: str | None = None
    to: str | int | None = None
    recipient: str | None = None
    type: str | None = None
    status: str | None = None
    message_id: str | None = None
    typing_indicator: _Body | None = None
    context: _Body | None = None
    biz_opaque_callback_data: str | None = None
    text: _Body | str | None = None
    template: _Body | str | None = None


_decode = msgspec.json.Decoder(SendRequest).decode
_PLACE = re.compile(r" - at `\$\.?(.*?)`$")


def parse_send_request(body: bytes) -> SendRequest:
    """Return the request, with the envelope's own rules checked."""
    try:
        request = _decode(body)
    except msgspec.ValidationError as error:
        raise _wrong_type(body, error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RequestInvalid(f"body: got broken JSON ({error}), expected a JSON object") from None
    if request.messaging_product != "whatsapp":
        if not request.messaging_product:
            raise RequestInvalid(
                "messaging_product: got nothing, expected 'whatsapp'",
                title="(#100) The parameter messaging_product is required.",
            )
        raise RequestInvalid(f"messaging_product: got {shown(request.messaging_product)}, expected 'whatsapp'")
    return request


def _wrong_type(body: bytes, error: msgspec.ValidationError) -> RequestInvalid:
    """Say which field has the wrong type, and what was seen there."""
    text = str(error)
    place = _PLACE.search(text)
    if place is None:
        return RequestInvalid(f"body: got {shown(msgspec.json.decode(body))}, expected a JSON object")
    field = place.group(1)
    try:
        seen: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        seen = None
    for part in field.split("."):
        seen = seen.get(part) if isinstance(seen, dict) else None
    expected = text[: place.start()].removeprefix("Expected ").split(", got")[0].replace("`", "")
    return RequestInvalid(f"{field}: got {shown(seen)}, expected {expected.replace('object', 'an object')}")


def parse_recipient(request: SendRequest) -> Recipient:
    """Return whom the message is for; `to` wins if both are given."""
    kind = request.recipient_type
    if kind and kind != "individual":
        raise RequestInvalid(f"recipient_type: got {shown(kind)}, expected 'individual'; groups are not offered")
    to = None if request.to is None else str(request.to).strip()
    by_id = (request.recipient or "").strip()
    if to:
        if number := parse_number(to):
            return Recipient(to, number, parse_user_id(by_id))
        if user_id := parse_user_id(to):
            return Recipient(to, None, user_id)
        raise ValueNotValid(f"to: got {shown(to)}, expected a phone number of 5 to 15 digits or a user id like DE.123")
    if by_id:
        if user_id := parse_user_id(by_id):
            return Recipient(by_id, None, user_id)
        raise ValueNotValid(f"recipient: got {shown(by_id)}, expected a business-scoped user id like DE.123")
    raise RequestInvalid(
        "to: got nothing, expected a phone number, or a user id in 'recipient'",
        title="(#100) The parameter to is required.",
    )


def parse_content(request: SendRequest) -> TextMessage | TemplateSend:
    """Return what the message says, checked by the parser of its type."""
    kind = (request.type or ("template" if request.template is not None and request.text is None else "text")).lower()
    parse = MESSAGE_TYPES.get(kind)
    if parse is None:
        raise TypeNotSupported(f"type: got {shown(request.type)}, expected one of {', '.join(MESSAGE_TYPES)}")
    part = getattr(request, kind)
    if part is None:
        raise ParameterMissing(f"{kind}: got nothing, expected an object, because type is '{kind}'")
    return parse(part, parse_context(request))


def _parse_text(part: Any, context: Context | None) -> TextMessage:
    return TextMessage(text=parse_text(part), context=context)


def _parse_template(part: Any, _context: Context | None) -> TemplateSend:
    if not isinstance(part, dict):
        raise RequestInvalid(f"template: got {shown(part)}, expected an object")
    name, language = part.get("name"), part.get("language")
    if not name:
        raise ParameterMissing("template.name: got nothing, expected a template's name")
    if not isinstance(name, str):
        raise RequestInvalid(f"template.name: got {shown(name)}, expected a string")
    if len(name) > message_limits.TEMPLATE_NAME_CHARACTERS:
        most = message_limits.TEMPLATE_NAME_CHARACTERS
        raise RequestInvalid(f"template.name: got {len(name)} characters, at most {most}")
    if language is None:
        raise ParameterMissing("template.language: got nothing, expected an object with a code")
    code = language.get("code") if isinstance(language, dict) else language
    if not isinstance(code, str) or not code:
        raise RequestInvalid(f"template.language.code: got {shown(code)}, expected a code like 'en_US'")
    return TemplateSend(name=name, language=code, components=parse_components(part.get("components")))


# One row per message type that may be sent.
MESSAGE_TYPES: dict[str, Callable[[Any, Context | None], TextMessage | TemplateSend]] = {
    "text": _parse_text,
    "template": _parse_template,
}


def parse_context(request: SendRequest) -> Context | None:
    """Return the message this one answers, or None."""
    if not request.context:
        return None
    message_id = request.context.get("message_id") or request.context.get("id")
    if message_id is None:
        return None
    if not isinstance(message_id, str):
        raise RequestInvalid(f"context.message_id: got {shown(message_id)}, expected a string")
    return Context(id=message_id)


def parse_callback_data(request: SendRequest) -> str | None:
    """Return what comes back in every status of this message, or None."""
    data = request.biz_opaque_callback_data
    most = message_limits.CALLBACK_DATA_CHARACTERS
    if data is not None and len(data) > most:
        raise RequestInvalid(f"biz_opaque_callback_data: got {len(data)} characters, at most {most}")
    return data
