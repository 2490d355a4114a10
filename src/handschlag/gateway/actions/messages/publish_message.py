"""Stores what a customer wrote, and tells the webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.content.message_id import message_id
from handschlag.gateway.actions.messages.record_status import MESSAGES_FIELD
from handschlag.gateway.rules.error_codes import error_code
from handschlag.gateway.storage.incoming_messages import INSERT_INCOMING_MESSAGE
from handschlag.gateway.webhooks.bodies import (
    Change,
    Entry,
    MessageValue,
    contact_body,
    entry_json,
    message_body,
)

if TYPE_CHECKING:
    from handschlag.content.bodies import ServiceMessage
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.contacts import Contact
    from handschlag.wire.envelope import Header

_UNKNOWN_TYPE = 131051


def publish_message(
    running: Running, company: Company, contact: Contact, header: Header, body: bytes, content: ServiceMessage
) -> None:
    """Put a message and its webhook into the open commit."""
    now = running.clock.now()
    running.store.add(
        INSERT_INCOMING_MESSAGE, (company.id, header.id, contact.customer, body, float(header.sent_at), now, False)
    )
    sealed: dict[str, Any] = msgspec.to_builtins(content)
    if sealed["type"] not in SHOWN_TYPES:
        sealed = unsupported(sealed["type"], "Message type is currently not supported.")
    _publish(running, company, contact, header, sealed)


def publish_lost(running: Running, company: Company, contact: Contact, header: Header) -> None:
    """Tell that a customer wrote something that could not be opened, after all repairs failed."""
    _publish(running, company, contact, header, unsupported("unreadable", "The message could not be opened."))


# One row per message type that a webhook carries as it was sealed.
SHOWN_TYPES = frozenset({"text"})


def unsupported(kind: str, details: str) -> dict[str, Any]:
    """Return a message of a type that is not offered, as the Cloud API shows it."""
    title = error_code(_UNKNOWN_TYPE).title
    error = {"code": _UNKNOWN_TYPE, "title": title, "message": title, "error_data": {"details": details}}
    return {"type": "unsupported", "errors": [error], "unsupported": {"type": kind}}


def _publish(running: Running, company: Company, contact: Contact, header: Header, sealed: dict[str, Any]) -> None:
    if not running.publisher.is_wanted(company.row, MESSAGES_FIELD):
        return
    # A customer's clock may be ahead; nothing was written in the future.
    at = min(float(header.sent_at), running.clock.now())
    message = message_body(
        sealed,
        wa_id=contact.wa_id,
        user_id=contact.user_id,
        message_id=message_id(header.id),
        at=at,
        our_number=company.metadata.display_phone_number,
    )
    value = MessageValue(
        messaging_product="whatsapp",
        metadata=company.metadata,
        contacts=[contact_body(contact.name, contact.wa_id, contact.user_id)],
        messages=[message],
    )
    entry = entry_json(Entry(id=company.row.waba_id, time=int(at), changes=[Change(value, MESSAGES_FIELD)]))
    running.publisher.publish(company.row, MESSAGES_FIELD, contact.customer, entry)
