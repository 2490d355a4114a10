"""Tells what a customer answered, changed or took back, after a look at what it refers to: only what is theirs reaches a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.content.bodies import TemplateMessage, parse_body
from handschlag.content.button import ButtonMessage
from handschlag.content.changes import EditMessage, RevokeMessage
from handschlag.content.interactive.interactive import InteractiveMessage
from handschlag.content.interactive.replies import InteractiveReply
from handschlag.content.message_id import parse_message_id
from handschlag.content.service_types import type_of
from handschlag.content.templates.rendering import render
from handschlag.gateway.actions.messages.publish_message import publish_foreign_answer, publish_message
from handschlag.gateway.rules.offered_answers import offers, offers_quick_reply
from handschlag.gateway.rules.sent_at import sent_at
from handschlag.gateway.storage.incoming_messages import find_sender
from handschlag.gateway.storage.outgoing_messages import find_outgoing_body, find_recipient
from handschlag.wire.errors import WireError

if TYPE_CHECKING:
    from handschlag.content.button import Button
    from handschlag.content.context import Context
    from handschlag.content.service_types import KnownMessage
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.contacts import Contact
    from handschlag.wire.ids import AccountId, EnvelopeId


async def publish_answer(
    running: Running, company: Company, contact: Contact, id_: EnvelopeId, content: KnownMessage
) -> None:
    """Put the webhook of an answer or a change into the open commit; one that refers to nothing of this customer is unsupported."""
    await running.store.flushed()
    if isinstance(content, EditMessage):
        fits = await _wrote(running, company, contact.customer, content.edit.original_message_id)
    elif isinstance(content, RevokeMessage):
        fits = await _wrote(running, company, contact.customer, content.revoke.original_message_id)
    elif isinstance(content, ButtonMessage):
        fits = await _was_offered(running, company, contact.customer, content.context, content.button)
    elif isinstance(content, InteractiveMessage) and isinstance(content.interactive, InteractiveReply):
        fits = await _was_offered(running, company, contact.customer, content.context, content.interactive)
    else:
        fits = True
    # A message's own id says when it was written.
    at = sent_at(id_)
    if fits:
        publish_message(running, company, contact, id_, at, content)
    else:
        publish_foreign_answer(running, company, contact, id_, at, type_of(content))


async def _wrote(running: Running, company: Company, customer: AccountId, original: str) -> bool:
    id_ = _parsed(original)
    if id_ is None:
        return False
    return await running.store.read(lambda connection: find_sender(connection, company.id, id_)) == customer


async def _was_offered(
    running: Running, company: Company, customer: AccountId, context: Context | None, answer: InteractiveReply | Button
) -> bool:
    id_ = _parsed(context.id) if context is not None and context.id is not None else None
    if id_ is None:
        return False
    if await running.store.read(lambda connection: find_recipient(connection, company.id, id_)) != customer:
        return False
    found = await running.store.read(lambda connection: find_outgoing_body(connection, company.id, id_))
    if found is None:
        return False
    if isinstance(answer, InteractiveReply):
        return offers(msgspec.json.decode(found.body), answer)
    return found.salt is not None and _showed(company, found.body, answer)


def _showed(company: Company, body: bytes, button: Button) -> bool:
    """Whether a template message showed a quick reply; of a definition that is gone nothing can be said against it."""
    message = parse_body("template", body)
    assert isinstance(message, TemplateMessage)
    ready = next((t for t in company.templates.values() if t.row.hash == message.template), None)
    return ready is None or offers_quick_reply(render(ready.definition, message.components), button)


def _parsed(text: str) -> EnvelopeId | None:
    try:
        return parse_message_id(text)
    except WireError:
        return None
