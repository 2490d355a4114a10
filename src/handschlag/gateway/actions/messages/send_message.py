"""Accepts a message from a program: sealed and stored in one commit; the answer and the envelope leave only after it.

A message whose files are not at hand is stored as accepted, and sealed when they were brought.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from handschlag.content.bodies import TemplateMessage
from handschlag.content.interactive.interactive import InteractiveMessage
from handschlag.content.reaction import ReactionMessage
from handschlag.content.service_types import KnownMessage, type_of
from handschlag.content.templates.components import Component
from handschlag.content.templates.parameters import with_stand_ins
from handschlag.content.templates.rendering import render
from handschlag.content.text import TextMessage
from handschlag.device.sealing import HeaderDraft
from handschlag.gateway.actions.messages.await_media import await_media, check_files, files_at_hand
from handschlag.gateway.actions.messages.await_preview import await_preview, with_known_preview
from handschlag.gateway.actions.messages.check_targets import check_reaction, with_flow
from handschlag.gateway.actions.messages.record_status import MESSAGES_FIELD, record_status
from handschlag.gateway.actions.messages.seal_message import seal_or_wait
from handschlag.gateway.actions.numbers.check_sending import check_number, check_recipient
from handschlag.gateway.actions.templates.find_template import check_template_recipient, find_template
from handschlag.gateway.actions.templates.forms import with_forms
from handschlag.gateway.company import bring_peer
from handschlag.gateway.errors import MessageRefused, RequestInvalid, TooManyRequests
from handschlag.gateway.rules import message_limits
from handschlag.gateway.rules.customer_ids import Recipient
from handschlag.gateway.rules.refusals import UNDELIVERABLE
from handschlag.gateway.rules.statuses import Status
from handschlag.gateway.rules.wanted_files import WantedFile, fill_in
from handschlag.gateway.storage.outgoing_messages import INSERT_OUTGOING_MESSAGE, OutgoingMessage
from handschlag.gateway.storage.waiting_for_media import AwaitingMessage
from handschlag.wire.canonical import to_base64
from handschlag.wire.commitment import SALT_BYTES, commit
from handschlag.wire.envelope import Category, Kind
from handschlag.wire.ids import EnvelopeId
from handschlag.wire.limits import ENVELOPE_SECONDS

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.contacts import Contact

_encode = msgspec.json.Encoder(order="sorted").encode
_RETRY_SECONDS = 5.0


class TemplateSend(NamedTuple):
    """Which template, in which language, with which parameters."""

    name: str
    language: str
    components: list[Component]


class Accepted(NamedTuple):
    """A message on its way; `contact` is None for a recipient nobody is."""

    id: EnvelopeId
    contact: Contact | None
    is_template: bool


class MessageDraft(NamedTuple):
    """A message a program wants sent; `files` are those it names by id or link."""

    recipient: Recipient
    content: KnownMessage | TemplateSend
    callback_data: str | None
    files: tuple[WantedFile, ...] = ()
    identity_key_hash: str | None = None
    # Called when the message is in the open commit, to put more beside it.
    on_accepted: Callable[[Accepted], None] | None = None


class _Sealable(NamedTuple):
    kind: Kind
    type: str
    body: bytes
    # Those that have to be brought before the body can be sealed.
    files: tuple[WantedFile, ...] = ()
    # Whose preview has to be fetched before the body is sealed.
    link: str | None = None
    category: Category | None = None
    salt: str | None = None
    commitment: str | None = None
    ttl: int = ENVELOPE_SECONDS


async def send_message(running: Running, company: Company, draft: MessageDraft) -> Accepted:
    """Store the message with its envelope and return once both are on disk; raises ApiError if it is not accepted."""
    now = running.clock.now()
    check_number(company)
    check_limits(running, company, now)
    if isinstance(draft.content, TextMessage):
        content, link = draft.content, None
        if content.text.preview_url:
            content, link = with_known_preview(running, company, content)
        sealable = _Sealable("service", "text", _encode(content), link=link)
    else:
        sealable = await _sealable(running, company, draft, now)
    number, user_id = draft.recipient.number, draft.recipient.user_id
    contact = await company.contacts.find(number=number, by_user_id=user_id)
    if isinstance(draft.content, ReactionMessage):
        await check_reaction(running, company, contact, draft.content.reaction, now)
    if contact is not None and not company.device.knows(contact.customer):
        await bring_peer(company, running.store, contact.customer)
    check_recipient(running, company, draft.recipient, contact, draft.identity_key_hash)
    id_ = company.ids.next(now)
    if contact is None:
        _accept_for_nobody(running, company, draft, sealable, id_, now)
    else:
        _accept(running, company, draft, sealable, contact, id_, now)
    accepted = Accepted(id_, contact, is_template=sealable.kind == "template")
    if draft.on_accepted is not None:
        draft.on_accepted(accepted)
    running.metrics.messages.labels(sealable.kind).inc()
    if running.settings.refusals == "answer":
        await _wait_for_verdict(running, company, id_)
    else:
        await running.store.flushed()
    return accepted


def check_limits(running: Running, company: Company, now: float) -> None:
    """Raise TooManyRequests while more is accepted than goes on: to the relay, to the webhooks, or per second."""
    settings = running.settings
    if len(company.unanswered) + sum(company.waiting.values()) + company.awaiting_media >= settings.outbox_limit:
        raise TooManyRequests(
            f"outbox: {settings.outbox_limit} messages wait for the relay, at most {settings.outbox_limit}",
            retry_after=_RETRY_SECONDS,
        )
    unconfirmed = running.publisher.backlog_of(company.row, MESSAGES_FIELD)
    if unconfirmed >= settings.webhook_backlog_limit:
        raise TooManyRequests(
            f"webhooks: {unconfirmed} events are not confirmed by the callback, "
            f"at most {settings.webhook_backlog_limit}",
            retry_after=_RETRY_SECONDS,
        )
    most = settings.messages_per_second
    if most:
        recent = company.recent
        while recent and recent[0] <= now - 1:
            recent.popleft()
        if len(recent) >= most:
            raise TooManyRequests(
                f"messages: got more than {most} a second from this number, at most {most}", retry_after=1
            )
        recent.append(now)


async def _sealable(running: Running, company: Company, draft: MessageDraft, now: float) -> _Sealable:
    """Return what is to be sealed, complete if its files are at hand."""
    content = draft.content
    if draft.files:
        await check_files(running, company, draft.files)
    if isinstance(content, TemplateSend):
        sealable = await _template(running, company, content, draft.recipient, now)
    else:
        if isinstance(content, InteractiveMessage):
            content = await with_flow(running, company, content)
        sealable = _Sealable("service", type_of(content), _encode(content))
    size = len(sealable.body) + message_limits.POINTER_BYTES * len(draft.files)
    if size > message_limits.BODY_BYTES:
        raise RequestInvalid(f"{sealable.type}: got {size} bytes of JSON, at most {message_limits.BODY_BYTES}")
    if not draft.files:
        return sealable
    at_hand = files_at_hand(running, company, draft.files)
    if at_hand is None:
        return sealable._replace(files=draft.files)
    body = fill_in(sealable.body, at_hand)
    if sealable.salt is None:
        return sealable._replace(body=body)
    return sealable._replace(body=body, commitment=commit(sealable.salt, body))


async def _template(
    running: Running, company: Company, send: TemplateSend, recipient: Recipient, now: float
) -> _Sealable:
    template = await find_template(running, company, send.name, send.language, now)
    check_template_recipient(template, recipient)
    render(template.definition, with_stand_ins(send.components))
    assert template.approval is not None
    components = await with_forms(running, company, template, send.components)
    body = _encode(TemplateMessage(template=template.row.hash, approval=template.approval, components=components))
    salt = to_base64(os.urandom(SALT_BYTES))
    return _Sealable(
        *("template", "template", body),
        category=template.row.category,
        salt=salt,
        commitment=commit(salt, body),
        ttl=template.row.ttl or ENVELOPE_SECONDS,
    )


def _accept(
    running: Running,
    company: Company,
    draft: MessageDraft,
    sealable: _Sealable,
    contact: Contact,
    id_: EnvelopeId,
    now: float,
) -> None:
    if sealable.files:
        await_media(running, company, AwaitingMessage(id_, contact.customer, list(sealable.files), now))
    else:
        header = HeaderDraft(
            id=id_,
            to=contact.customer,
            kind=sealable.kind,
            sent_at=int(now),
            category=sealable.category,
            commitment=sealable.commitment,
            ttl=sealable.ttl,
        )
        if sealable.link is not None:
            await_preview(running, company, header, sealable.link)
        else:
            # First, because it may refuse; nothing is in the open commit yet then.
            seal_or_wait(running, company, header, sealable.body, salt=sealable.salt)
    _store(running, company, draft, sealable, id_, contact.customer, now)
    given, callback_data = draft.recipient.given, draft.callback_data
    company.keep_message(
        OutgoingMessage(id_, contact.customer, given, sealable.kind, callback_data, type_=sealable.type)
    )
    if running.settings.refusals == "answer":
        company.verdicts[id_] = asyncio.get_running_loop().create_future()


def _accept_for_nobody(
    running: Running, company: Company, draft: MessageDraft, sealable: _Sealable, id_: EnvelopeId, now: float
) -> None:
    """Accept and fail a message to somebody unknown, in the steps and words of one that the relay does not deliver."""
    if running.settings.refusals == "answer":
        raise MessageRefused(UNDELIVERABLE.code, UNDELIVERABLE.details)
    recipient = draft.recipient.number or draft.recipient.given
    _store(running, company, draft, sealable, id_, "", now)
    message = OutgoingMessage(id_, "", recipient, sealable.kind, draft.callback_data, type_=sealable.type)
    company.keep_message(message)

    def fail(_: None) -> None:
        record_status(running, company, message, Status.FAILED, running.clock.now(), failure=UNDELIVERABLE)

    running.store.after(fail, None)


def _store(
    running: Running,
    company: Company,
    draft: MessageDraft,
    sealable: _Sealable,
    id_: EnvelopeId,
    customer: str,
    now: float,
) -> None:
    recipient = draft.recipient.number or draft.recipient.given
    row = (company.id, id_, customer, recipient, sealable.kind, sealable.type, sealable.category)
    rest = (sealable.body, sealable.salt, draft.callback_data, 0, int(Status.ACCEPTED), now, now, None, None)
    running.store.add(INSERT_OUTGOING_MESSAGE, row + rest)


async def _wait_for_verdict(running: Running, company: Company, id_: EnvelopeId) -> None:
    """Wait a bounded time for the relay's word; without it the message counts as accepted, and a status tells later."""
    verdict = company.verdicts[id_]
    try:
        failure = await asyncio.wait_for(asyncio.shield(verdict), running.settings.answer_seconds)
    except TimeoutError:
        failure = None
    finally:
        del company.verdicts[id_]
        # Also if the program hung up: what was accepted is on disk before anybody hears of it.
        await running.store.flushed()
    if failure is not None:
        raise MessageRefused(failure.code, failure.details)
