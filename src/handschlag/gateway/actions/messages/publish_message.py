"""Stores what a customer wrote, and tells the webhooks; tells them too what happened to a customer: a new number, a first contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.content.message_id import message_id
from handschlag.content.service_types import UnsupportedMessage, may_send
from handschlag.gateway.actions.media.keep_incoming_media import keep_incoming_media
from handschlag.gateway.actions.messages.record_status import MESSAGES_FIELD
from handschlag.gateway.actions.numbers.identities import shown_identity
from handschlag.gateway.storage.incoming_messages import INSERT_INCOMING_MESSAGE
from handschlag.gateway.webhooks.bodies import (
    Change,
    Entry,
    MessageValue,
    contact_body,
    entry_json,
    message_body,
)
from handschlag.gateway.webhooks.message_parts import FileName, message_parts, unsupported_parts

if TYPE_CHECKING:
    from handschlag.content.media import MediaFile
    from handschlag.content.service_types import ServiceMessage
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.contacts import Contact
    from handschlag.wire.envelope import Header
    from handschlag.wire.ids import EnvelopeId

_NOT_SUPPORTED = "Message type is currently not supported."


def store_message(
    running: Running, company: Company, contact: Contact, id_: EnvelopeId, body: bytes, sent_at: float
) -> None:
    """Put what a customer sealed into the open commit."""
    now = running.clock.now()
    running.store.add(INSERT_INCOMING_MESSAGE, (company.id, id_, contact.customer, body, sent_at, now, False))


def publish_message(
    running: Running, company: Company, contact: Contact, id_: EnvelopeId, sent_at: float, content: ServiceMessage
) -> None:
    """Put the webhook of a customer's message into the open commit."""

    def keep(file: MediaFile) -> FileName:
        kept = keep_incoming_media(running, company, contact.customer, file, running.clock.now())
        return FileName(kept.id, kept.url)

    if isinstance(content, UnsupportedMessage) or not may_send(content, "customer"):
        sealed = unsupported_parts(_kind(content), _NOT_SUPPORTED)
    else:
        sealed = message_parts(content, keep)
    _publish(running, company, contact, id_, sent_at, sealed)


def _kind(content: ServiceMessage) -> str:
    return content.type if isinstance(content, UnsupportedMessage) else str(content.__struct_config__.tag)


def publish_foreign_answer(
    running: Running, company: Company, contact: Contact, id_: EnvelopeId, sent_at: float, kind: str
) -> None:
    """Tell that a customer answered, changed or took back something that is not theirs to: a program must not act on it."""
    details = "The message refers to one that was not exchanged with this customer, or to an answer it did not offer."
    _publish(running, company, contact, id_, sent_at, unsupported_parts(kind, details))


def publish_lost(running: Running, company: Company, contact: Contact, header: Header) -> None:
    """Tell that a customer wrote something that could not be opened, after all repairs failed."""
    lost = unsupported_parts("unreadable", "The message could not be opened.")
    _publish(running, company, contact, header.id, float(header.sent_at), lost)


def publish_new_number(running: Running, company: Company, contact: Contact, before: str) -> None:
    """Tell under the number before that a customer is reached by another one from now on."""
    system = {
        "type": "user_changed_number",
        "body": f"User {contact.name or before} changed from {before} to {contact.wa_id}",
        "wa_id": contact.wa_id,
        "user_id": contact.user_id,
    }
    publish_system(running, company, contact, system, sender=before)


def publish_erased_account(running: Running, company: Company, contact: Contact, before: str) -> None:
    """Tell under the number before that a customer erased the account, and that the gateway has forgotten who it was."""
    system = {
        "type": "user_erased_account",
        "body": f"User {before} erased the account",
        "wa_id": contact.wa_id,
        "user_id": contact.user_id,
    }
    publish_system(running, company, contact, system, sender=before)


def publish_identity_change(running: Running, company: Company, contact: Contact, new: str | None = None) -> None:
    """Tell that another identity answers for a customer's number, if the company checks identities."""
    hash_ = new or shown_identity(company, contact)
    if hash_ is None or not company.number.identity_check:
        return
    system = {
        "type": "customer_identity_changed",
        "body": f"{contact.name or contact.wa_id}'s security code changed",
        "customer": contact.wa_id,
        "wa_id": contact.wa_id,
        "user_id": contact.user_id,
    }
    now = str(int(running.clock.now()))
    publish_system(
        running, company, contact, system, identity={"acknowledged": False, "created_timestamp": now, "hash": hash_}
    )


def publish_system(
    running: Running,
    company: Company,
    contact: Contact,
    system: dict[str, Any],
    *,
    sender: str | None = None,
    **beside: Any,
) -> None:
    """Tell something about a customer that nobody wrote, as a message of type `system`; `beside` stands next to it."""
    now = running.clock.now()
    message = {"type": "system", "system": system, **beside}
    _publish(running, company, contact, company.ids.next(now), now, message, sender=sender)


def publish_welcome(running: Running, company: Company, contact: Contact) -> None:
    """Tell that a customer opened the chat for the first time and has not written yet."""
    now = running.clock.now()
    _publish(running, company, contact, company.ids.next(now), now, {"type": "request_welcome"})


def _publish(
    running: Running,
    company: Company,
    contact: Contact,
    id_: EnvelopeId,
    sent_at: float,
    sealed: dict[str, Any],
    *,
    sender: str | None = None,
) -> None:
    if not running.publisher.is_wanted(company.row, MESSAGES_FIELD):
        return
    # A customer's clock may be ahead; nothing was written in the future.
    at = min(sent_at, running.clock.now())
    message = message_body(
        sealed,
        wa_id=sender or contact.wa_id,
        user_id=contact.user_id,
        message_id=message_id(id_),
        at=at,
        our_number=company.metadata.display_phone_number,
    )
    value = MessageValue(
        messaging_product="whatsapp",
        metadata=company.metadata,
        contacts=[contact_body(contact.name, contact.wa_id, contact.user_id, shown_identity(company, contact))],
        messages=[message],
    )
    entry = entry_json(Entry(id=company.row.waba_id, time=int(at), changes=[Change(value, MESSAGES_FIELD)]))
    running.publisher.publish(company.row, MESSAGES_FIELD, contact.customer, entry)
