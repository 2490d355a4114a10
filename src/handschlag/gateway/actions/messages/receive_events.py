"""Works on the mailbox: opens envelopes, stores what they hold with the ratchet in one commit, then lets the relay forget them.

Nothing waits between opening and storing. What needs a look at the database first (an introduction's number, a receipt about a message
that is not in memory, an answer to a button, a change of an earlier message) is stored as it was opened, and worked on right after.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from handschlag.content.button import ButtonMessage
from handschlag.content.changes import EditMessage, RevokeMessage
from handschlag.content.flows.exchange import FlowRequest
from handschlag.content.interactive.interactive import InteractiveMessage
from handschlag.content.introduction import Introduction
from handschlag.content.receipts import PlayedReceipt, ReadReceipt, ResendRequest
from handschlag.content.service_types import ServiceMessage
from handschlag.crypto.errors import CryptoError, IdentityChanged
from handschlag.device.outcomes import Opened, Unopened
from handschlag.gateway.actions.flows.answer_question import take_flow_question
from handschlag.gateway.actions.messages.ask_again import ask_again
from handschlag.gateway.actions.messages.forget_customer import forget_customer
from handschlag.gateway.actions.messages.note_changed_identity import note_changed_identity
from handschlag.gateway.actions.messages.publish_message import publish_lost, publish_message, store_message
from handschlag.gateway.actions.messages.settle_results import bring_messages, settle_note
from handschlag.gateway.actions.messages.take_consent_note import take_consent_note
from handschlag.gateway.actions.messages.work_on_opened_bodies import (
    keep_opened_body,
    take_read_receipt,
    work_on_opened_bodies,
)
from handschlag.gateway.actions.numbers.block_customers import is_blocked
from handschlag.gateway.company import bring_peer
from handschlag.gateway.storage.opened_bodies import OpenedBody
from handschlag.relay_client.errors import RelayError, RelayRefused
from handschlag.telemetry.logs import get_logger
from handschlag.wire.envelope import Header
from handschlag.wire.ids import AccountId

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.contacts import Contact
    from handschlag.relay_client.http import RelayHttp
    from handschlag.wire.frames import Event, Note
    from handschlag.wire.ids import DeviceId

_log = get_logger(__name__)
# What refers to an earlier message, and is told only after a look at that one.
_REFERRING = InteractiveMessage | ButtonMessage | EditMessage | RevokeMessage
_CLAIM_AGAIN_SECONDS = 1.0
_parse_header = msgspec.json.Decoder(Header).decode


async def receive_events(running: Running, company: Company, relay: RelayHttp, events: list[Event]) -> None:
    """Work on new events in their order; raises RelayError where the relay is needed and does not answer.

    `company.last_event` says how far it came, also when it raises: what was done is not done again.
    """
    await bring_messages(running, company, [event.note.id for event in events if event.note and event.note.id])
    for event in events:
        if event.number <= company.last_event:
            continue
        opened = await _receive(running, company, relay, event)
        company.last_event = event.number
        if opened is not None:
            await work_on_opened_bodies(running, company, [opened])


async def _receive(running: Running, company: Company, relay: RelayHttp, event: Event) -> OpenedBody | None:
    note = event.note
    if note is not None:
        if note.what in {"delivered", "expired"}:
            settle_note(running, company, note)
        elif note.what == "erased":
            if await _has_ended_itself(running, company, note):
                await forget_customer(running, company, note.account)
        elif await _is_vouched_for(running, company, relay, note):
            contact = await company.contacts.of(note.account, running.clock.now())
            take_consent_note(running, company, contact, note)
        running.metrics.incoming.labels("note", note.what).inc()
        return None
    if event.header is msgspec.UNSET or event.body is msgspec.UNSET:
        return None
    sender = _sender(event.header)
    if sender is None:
        running.metrics.incoming.labels("none", "refused").inc()
        return None
    contact = await company.contacts.of(sender, running.clock.now())
    outcome = await _open(running, company, relay, sender, event.header, event.body)
    # From here until last_event is set nothing waits: the ratchet, what it opened and the event's number are one commit.
    if isinstance(outcome, Unopened):
        running.metrics.incoming.labels(outcome.header.kind if outcome.header else "none", outcome.reason).inc()
        if outcome.reason == "unreadable":
            await _repair(running, company, relay, contact, outcome)
        return None
    running.metrics.incoming.labels(outcome.kind, "opened").inc()
    return _take(running, company, contact, outcome)


def _sender(header: msgspec.Raw) -> AccountId | None:
    try:
        return _parse_header(header).sender
    except msgspec.DecodeError:
        return None


async def _open(
    running: Running, company: Company, relay: RelayHttp, sender: AccountId, header: msgspec.Raw, body: msgspec.Raw
) -> Opened | Unopened:
    """Open an envelope; a sender whose device is not known is looked up on disk, then asked for at the relay, once."""
    if not company.device.knows(sender):
        await bring_peer(company, running.store, sender)
    outcome = company.device.open(header, body, running.clock.now())
    unknown = isinstance(outcome, Unopened) and outcome.reason in {"unknown_peer", "not_certified"}
    if unknown and await _learn(running, company, relay, sender):
        outcome = company.device.open(header, body, running.clock.now())
    return outcome


async def _learn(running: Running, company: Company, relay: RelayHttp, account: AccountId) -> bool:
    """Ask the relay for an account's devices; returns whether its identity certifies any."""
    answer = await relay.query_keys([account])
    try:
        company.device.learn_peer(account, answer)
    except CryptoError as error:
        if isinstance(error, IdentityChanged):
            await note_changed_identity(running, company, account, answer)
        _log.warning("sender_not_certified", company=company.id, account=account, error=type(error).__name__)
        return False
    return True


async def _is_vouched_for(running: Running, company: Company, relay: RelayHttp, note: Note) -> bool:
    """Return whether the customer's own device signed a grant: a relay cannot invent one. Leaving needs no signature."""
    if note.what != "grant" or note.record is None:
        return True
    await bring_peer(company, running.store, note.account)
    if company.device.has_signed(note.account, note.record):
        return True
    signed = await _learn(running, company, relay, note.account) and company.device.has_signed(
        note.account, note.record
    )
    if not signed:
        _log.warning("grant_not_signed", company=company.id, account=note.account)
    return signed


async def _has_ended_itself(running: Running, company: Company, note: Note) -> bool:
    """Return whether the account's pinned master key signed its end: on a relay's word alone nobody is forgotten."""
    await bring_peer(company, running.store, note.account)
    if company.device.erasure_of(note.account, note.record) is not None:
        return True
    _log.warning("erasure_not_signed", company=company.id, account=note.account)
    return False


def _take(running: Running, company: Company, contact: Contact, opened: Opened) -> OpenedBody | None:
    """Put the effect of an opened envelope into the open commit, or the envelope itself; returns it then."""
    content, header = opened.content, opened.header
    if company.blocked and isinstance(content, ServiceMessage | FlowRequest) and is_blocked(company, contact):
        running.metrics.incoming.labels(opened.kind, "blocked").inc()
        return None
    if isinstance(content, ServiceMessage):
        store_message(running, company, contact, header.id, opened.body, float(header.sent_at))
        if not isinstance(content, _REFERRING):
            publish_message(running, company, contact, header.id, float(header.sent_at), content)
            return None
    if isinstance(content, ReadReceipt) and all(id_ in company.messages for id_ in content.read):
        take_read_receipt(running, company, contact, content)
        return None
    if isinstance(content, FlowRequest):
        take_flow_question(running, company, header, content.flow_request)
        return None
    if isinstance(content, _REFERRING | Introduction | ReadReceipt | PlayedReceipt | ResendRequest):
        kept = OpenedBody(contact.customer, opened.header.id, opened.kind, opened.body)
        keep_opened_body(running, company, kept)
        return kept
    return None


async def _repair(running: Running, company: Company, relay: RelayHttp, contact: Contact, unopened: Unopened) -> None:
    """Open a new session if it is time to, ask for the message again, or tell that it is lost (spec/encryption.md section 4)."""
    header = unopened.header
    assert header is not None
    repair = company.device.repair(unopened, running.clock.now())
    _log.info("envelope_unreadable", company=company.id, envelope=header.id, attempt=header.attempt)
    if repair.claim:
        await _open_new_session(company, relay, contact.customer, repair.claim)
    if repair.resend:
        ask_again(running, company, contact.customer, ResendRequest(resend=repair.resend))
    if repair.lost:
        publish_lost(running, company, contact, header)


async def _open_new_session(
    company: Company, relay: RelayHttp, customer: AccountId, wanted: dict[AccountId, dict[DeviceId, str]]
) -> None:
    """Claim and open, as long as it takes: the device decides on a repair once, and asking it again would find nothing to do."""
    while True:
        try:
            company.device.open_sessions(customer, await relay.claim_keys(wanted))
        except RelayError as error:
            if isinstance(error, RelayRefused) and not error.temporary:
                _log.warning("session_not_claimed", company=company.id, code=error.code)
                return
            await asyncio.sleep(_CLAIM_AGAIN_SECONDS)
        else:
            return
