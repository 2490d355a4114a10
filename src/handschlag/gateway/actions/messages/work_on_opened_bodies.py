"""Works on what was opened and stored as it was: introductions, receipts about messages that are not in memory, and answers to messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.content.bodies import parse_body
from handschlag.content.introduction import Introduction, attested_number
from handschlag.content.receipts import PlayedReceipt, ReadReceipt, Resend, ResendRequest
from handschlag.content.service_types import KnownMessage
from handschlag.device.healing import answer_resend
from handschlag.device.sealing import HeaderDraft
from handschlag.gateway.actions.messages.ask_again import ask_once_more
from handschlag.gateway.actions.messages.publish_answer import publish_answer
from handschlag.gateway.actions.messages.publish_message import (
    publish_identity_change,
    publish_new_number,
    publish_welcome,
)
from handschlag.gateway.actions.messages.record_status import record_status
from handschlag.gateway.actions.messages.seal_message import let_wait
from handschlag.gateway.actions.messages.settle_results import bring_messages
from handschlag.gateway.actions.numbers.block_customers import is_blocked
from handschlag.gateway.rules.refusals import NOT_READABLE
from handschlag.gateway.rules.sent_at import sent_at
from handschlag.gateway.rules.statuses import Status
from handschlag.gateway.storage.opened_bodies import KEEP_OPENED_BODY, REMOVE_OPENED_BODY, OpenedBody
from handschlag.gateway.storage.outgoing_messages import STORE_ATTEMPT

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.contacts import Contact


def keep_opened_body(running: Running, company: Company, body: OpenedBody) -> None:
    """Put an opened body into the open commit, that of the ratchet which opened it."""
    running.store.add(KEEP_OPENED_BODY, (company.id, body.customer, body.id, body.kind, body.body))


async def work_on_opened_bodies(running: Running, company: Company, bodies: list[OpenedBody]) -> None:
    """Do what they ask; each is removed in the commit of its effect, and doing it twice is harmless."""
    for opened in bodies:
        contact = await company.contacts.of(opened.customer, running.clock.now())
        content = parse_body(opened.kind, opened.body)
        # Not in one commit with keeping it: statements of one commit run in the order they were first used.
        await running.store.flushed()
        if isinstance(content, Introduction):
            await _introduce(running, company, contact, content)
        elif isinstance(content, ReadReceipt):
            await bring_messages(running, company, content.read)
            take_read_receipt(running, company, contact, content)
        elif isinstance(content, PlayedReceipt):
            await bring_messages(running, company, content.played)
            _take_played_receipt(running, company, contact, content)
        elif isinstance(content, ResendRequest):
            await bring_messages(running, company, [asked.id for asked in content.resend])
            for asked in content.resend:
                _seal_again(running, company, contact, asked)
            if not content.again:
                await ask_once_more(running, company, opened.customer)
        elif isinstance(content, KnownMessage):
            await publish_answer(running, company, contact, opened.id, content)
        running.store.add(REMOVE_OPENED_BODY, (company.id, opened.customer, opened.id))


def take_read_receipt(running: Running, company: Company, contact: Contact, receipt: ReadReceipt) -> None:
    """Record as read those of the messages that are in memory and went to this customer."""
    at = min(float(receipt.at), running.clock.now())
    for id_ in receipt.read:
        message = company.messages.get(id_)
        if message is not None and message.customer == contact.customer:
            record_status(running, company, message, Status.READ, at)


def _take_played_receipt(running: Running, company: Company, contact: Contact, receipt: PlayedReceipt) -> None:
    at = min(float(receipt.at), running.clock.now())
    for id_ in receipt.played:
        message = company.messages.get(id_)
        if message is not None and message.customer == contact.customer and message.type == "audio":
            record_status(running, company, message, Status.PLAYED, at)


async def _introduce(running: Running, company: Company, contact: Contact, introduction: Introduction) -> None:
    before, is_first, was_taken = contact.wa_id, not contact.name, False
    attested = attested_number(introduction, contact.customer, company.row.relay_key)
    if attested is not None:
        was_taken = await company.contacts.attest(contact, attested.number.removeprefix("+"), float(attested.at))
    elif introduction.phone_number is None:
        company.contacts.give_up_number(contact)
    # The name last, in the same commit: whoever sees it sees the number too.
    company.contacts.rename(contact, name=introduction.name, language=introduction.language)
    if not is_first and contact.wa_id != before:
        publish_new_number(running, company, contact, before)
    if was_taken:
        publish_identity_change(running, company, contact)
    if is_first and company.number.welcome and not is_blocked(company, contact):
        publish_welcome(running, company, contact)


def _seal_again(running: Running, company: Company, contact: Contact, asked: Resend) -> None:
    message = company.messages.get(asked.id)
    if message is None or message.customer != contact.customer or message.status is Status.FAILED:
        return
    now = running.clock.now()
    delivered = message.status >= Status.DELIVERED
    answer = answer_resend(asked, last_attempt=message.attempt, sent_at=sent_at(asked.id), delivered=delivered, now=now)
    if answer.lost:
        record_status(running, company, message, Status.FAILED, now, failure=NOT_READABLE)
    if answer.attempt is None:
        return
    message.attempt = answer.attempt
    running.store.add(STORE_ATTEMPT, (company.id, message.id, answer.attempt))
    draft = HeaderDraft(id=message.id, to=contact.customer, kind=message.kind, sent_at=int(now), attempt=answer.attempt)
    let_wait(running, company, draft, b"")
