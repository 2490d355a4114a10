"""Moves a message's status forward, once per step, and tells the webhooks."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from handschlag.content.message_id import message_id
from handschlag.gateway.actions.numbers.identities import shown_identity
from handschlag.gateway.rules.statuses import Status, goes_forward, is_told
from handschlag.gateway.storage.outgoing_messages import MOVE_STATUS, OutgoingMessage
from handschlag.gateway.webhooks.bodies import (
    Change,
    ContactBody,
    Entry,
    PricingBody,
    StatusBody,
    StatusValue,
    contact_body,
    entry_json,
    failure_body,
)

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.rules.refusals import Failure
    from handschlag.gateway.running import Running
    from handschlag.wire.frames import Pricing

MESSAGES_FIELD = "messages"
_AFTER_SENT = frozenset({Status.DELIVERED, Status.READ, Status.PLAYED})


def record_status(
    running: Running,
    company: Company,
    message: OutgoingMessage,
    status: Status,
    at: float,
    *,
    pricing: Pricing | None = None,
    failure: Failure | None = None,
) -> bool:
    """Put a step into the open commit with its webhook; returns False if the message was there already.

    The contact of the message's customer has to be in memory.
    """
    if not goes_forward(message.status, status):
        return False
    if message.status is Status.ACCEPTED and status in _AFTER_SENT:
        # The relay's answer was lost with a process, and its note is here first: what arrived was sent.
        record_status(running, company, message, Status.SENT, at)
    message.status = status
    if pricing is not None:
        message.pricing = _pricing_json(pricing.billable, pricing.category, pricing.type)
    code = failure.code if failure is not None else None
    running.store.add(MOVE_STATUS, (company.id, message.id, int(status), at, message.pricing, code))
    verdict = company.verdicts.get(message.id) if company.verdicts else None
    if verdict is not None and not verdict.done():
        verdict.set_result(failure)
        if failure is not None:
            # The request that sent it still waits, and answers with the error itself.
            return True
    running.metrics.statuses.labels(status.word).inc()
    if is_told(message.type, status) and running.publisher.is_wanted(company.row, MESSAGES_FIELD):
        entry = _entry(company, message, status, at, failure)
        running.publisher.publish(company.row, MESSAGES_FIELD, message.customer or message.recipient, entry)
    return True


def _entry(company: Company, message: OutgoingMessage, status: Status, at: float, failure: Failure | None) -> bytes:
    contact = _contact(company, message)
    body = StatusBody(
        id=message_id(message.id),
        status=status.word,
        timestamp=str(int(at)),
        recipient_id=contact.wa_id,
        recipient_user_id=contact.user_id,
        recipient_identity_key_hash=contact.identity_key_hash,
        biz_opaque_callback_data=message.callback_data,
        pricing=None if failure is not None or message.pricing is None else _pricing_body(message.pricing),
        errors=None if failure is None else [failure_body(failure)],
    )
    value = StatusValue(messaging_product="whatsapp", metadata=company.metadata, contacts=[contact], statuses=[body])
    return entry_json(Entry(id=company.row.waba_id, time=int(at), changes=[Change(value, MESSAGES_FIELD)]))


def _contact(company: Company, message: OutgoingMessage) -> ContactBody:
    contact = company.contacts.cached_customer(message.customer) if message.customer else None
    if contact is not None:
        return contact_body(contact.name, contact.wa_id, contact.user_id, shown_identity(company, contact))
    # Nobody we know: the event looks like any other, with the names the program itself used.
    if message.recipient.isdigit():
        return contact_body("", message.recipient, company.contacts.unknown_user_id(message.recipient))
    return contact_body("", company.contacts.unknown_number(message.recipient), message.recipient)


@lru_cache(maxsize=64)
def _pricing_json(billable: bool, category: str, type_: str) -> str:  # noqa: FBT001  a cache key
    return msgspec.json.encode(PricingBody(billable=billable, category=category, type=type_)).decode()


@lru_cache(maxsize=64)
def _pricing_body(text: str) -> PricingBody:
    return msgspec.json.decode(text, type=PricingBody)
