"""The body of `POST /{phone_number_id}/messages`, parsed once into what it asks for: a message, or a read receipt."""

from __future__ import annotations

from typing import Any

import msgspec

from handschlag.gateway.cloud_api.parse_shape import complaint
from handschlag.gateway.errors import RequestInvalid, ValueNotValid, shown
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
    recipient_identity_key_hash: str | None = None
    # The part of each type is read by the parser of that type, whatever it is.
    text: Any = None
    template: Any = None
    image: Any = None
    audio: Any = None
    video: Any = None
    document: Any = None
    sticker: Any = None
    location: Any = None
    contacts: Any = None
    reaction: Any = None
    interactive: Any = None


_decode = msgspec.json.Decoder(SendRequest).decode


def parse_send_request(body: bytes) -> SendRequest:
    """Return the request, with the envelope's own rules checked."""
    try:
        request = _decode(body)
    except msgspec.ValidationError as error:
        raise complaint(error, _decoded(body), SendRequest) from None
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


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None


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


def parse_callback_data(request: SendRequest) -> str | None:
    """Return what comes back in every status of this message, or None."""
    data = request.biz_opaque_callback_data
    most = message_limits.CALLBACK_DATA_CHARACTERS
    if data is not None and len(data) > most:
        raise RequestInvalid(f"biz_opaque_callback_data: got {len(data)} characters, at most {most}")
    return data


def parse_identity_key_hash(request: SendRequest) -> str | None:
    """Return the hash of the identity the program believes the recipient has, or None."""
    given = request.recipient_identity_key_hash
    most = message_limits.IDENTITY_HASH_CHARACTERS
    if given is not None and len(given) > most:
        raise RequestInvalid(f"recipient_identity_key_hash: got {len(given)} characters, at most {most}")
    return given or None
