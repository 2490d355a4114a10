"""The JSON of webhooks, as the Cloud API shapes it: contacts on every event, user ids on every contact."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from handschlag.gateway.rules.customer_ids import PSEUDO_PREFIX
from handschlag.gateway.rules.error_codes import error_code
from handschlag.gateway.rules.refusals import Failure

_encode = msgspec.json.Encoder().encode
_NON_ASCII = re.compile(r"[^\x00-\x7f]")


def _escape(match: re.Match[str]) -> str:
    point = ord(match.group())
    if point < 0x10000:  # noqa: PLR2004  beyond it JSON wants a surrogate pair
        return f"\\u{point:04x}"
    point -= 0x10000
    return f"\\u{0xD800 + (point >> 10):04x}\\u{0xDC00 + (point & 0x3FF):04x}"


def ascii_json(value: object) -> bytes:
    r"""Return JSON with every non-ASCII character as `\u00e4`, so that a client that spells it again signs the same bytes."""
    text = _encode(value)
    return text if text.isascii() else _NON_ASCII.sub(_escape, text.decode()).encode("ascii")


class Metadata(msgspec.Struct, frozen=True):
    """Which of our numbers an event is about."""

    display_phone_number: str
    phone_number_id: str


class NamedProfile(msgspec.Struct, frozen=True):
    """What the customer calls themselves."""

    name: str


class ContactBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """The customer an event is about; the hash of their identity stands there for a number that checks it."""

    profile: NamedProfile
    wa_id: str
    user_id: str
    identity_key_hash: str | None = None


class PricingBody(msgspec.Struct, frozen=True):
    """What a message costs, in the relay's words."""

    billable: bool
    category: str
    type: str
    pricing_model: str = "PMP"


class ErrorData(msgspec.Struct, frozen=True):
    """The sentence that says what to do."""

    details: str


class ErrorBody(msgspec.Struct, frozen=True):
    """Why a message failed."""

    code: int
    title: str
    message: str
    error_data: ErrorData


class StatusBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of an outgoing message."""

    id: str
    status: str
    timestamp: str
    recipient_id: str
    recipient_user_id: str
    recipient_identity_key_hash: str | None = None
    biz_opaque_callback_data: str | None = None
    pricing: PricingBody | None = None
    errors: list[ErrorBody] | None = None


class StatusValue(msgspec.Struct, frozen=True):
    """The `value` of a status event."""

    messaging_product: str
    metadata: Metadata
    contacts: list[ContactBody]
    statuses: list[StatusBody]


class MessageValue(msgspec.Struct, frozen=True):
    """The `value` of an inbound message."""

    messaging_product: str
    metadata: Metadata
    contacts: list[ContactBody]
    messages: list[dict[str, Any]]


class Preference(msgspec.Struct, frozen=True):
    """A customer's word on marketing messages."""

    wa_id: str
    user_id: str
    detail: str
    value: str
    timestamp: int
    category: str = "marketing_messages"


class PreferencesValue(msgspec.Struct, frozen=True):
    """The `value` of a change of preferences."""

    messaging_product: str
    metadata: Metadata
    contacts: list[ContactBody]
    user_preferences: list[Preference]


class Change(msgspec.Struct, frozen=True):
    """One event and the field it belongs to."""

    value: StatusValue | MessageValue | PreferencesValue | dict[str, Any]
    field: str


class Entry(msgspec.Struct, frozen=True):
    """One event of one WhatsApp business account."""

    id: str
    time: int
    changes: list[Change]


def failure_body(failure: Failure) -> ErrorBody:
    """Return the error object of a failed status."""
    title = error_code(failure.code).title
    return ErrorBody(code=failure.code, title=title, message=title, error_data=ErrorData(failure.details))


def contact_body(name: str, wa_id: str, user_id: str, identity_key_hash: str | None = None) -> ContactBody:
    """Return the contact of an event; who has not told a name is called by number."""
    return ContactBody(
        NamedProfile(name or (wa_id if not wa_id.startswith(PSEUDO_PREFIX) else user_id)),
        wa_id,
        user_id,
        identity_key_hash,
    )


def message_body(
    sealed: dict[str, Any], *, wa_id: str, user_id: str, message_id: str, at: float, our_number: str
) -> dict[str, Any]:
    """Return an inbound message as a webhook carries it, from what the customer's device sealed."""
    body = {"from": wa_id, "from_user_id": user_id, "id": message_id, "timestamp": str(int(at)), **sealed}
    context = sealed.get("context")
    if isinstance(context, dict) and "id" in context:
        body["context"] = {"from": our_number, **context}
    return body


def entry_json(entry: Entry) -> bytes:
    """Return the bytes of one entry as they are queued."""
    return ascii_json(entry)


def post_body(entries: list[bytes]) -> bytes:
    """Return the body of one POST with these entries."""
    return b'{"object":"whatsapp_business_account","entry":[' + b",".join(entries) + b"]}"
