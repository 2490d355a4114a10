"""Works on the relay's answers to envelopes and its notes about them: statuses, prices, failures, and what is sent again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from handschlag.gateway.actions.messages.record_status import record_status
from handschlag.gateway.rules.refusals import NOT_FETCHED, failure_of
from handschlag.gateway.rules.sent_at import sent_at
from handschlag.gateway.rules.statuses import Status
from handschlag.gateway.storage.outbox import REMOVE_FROM_OUTBOX
from handschlag.gateway.storage.outgoing_messages import find_outgoing_messages
from handschlag.telemetry.logs import get_logger
from handschlag.wire.limits import DAY, ENVELOPE_SECONDS

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.outgoing_messages import OutgoingMessage
    from handschlag.wire.frames import Note, Result
    from handschlag.wire.ids import EnvelopeId

_log = get_logger(__name__)


async def bring_messages(running: Running, company: Company, ids: Iterable[EnvelopeId]) -> None:
    """Take messages, and the contacts they are for, into memory."""
    missing = [id_ for id_ in ids if id_ not in company.messages]
    if missing:
        await running.store.flushed()
        found = await running.store.read(lambda connection: find_outgoing_messages(connection, company.id, missing))
        for one in found:
            if one.id not in company.messages:
                company.keep_message(one)
    for id_ in ids:
        message = company.messages.get(id_)
        if message is not None and message.customer and company.contacts.cached_customer(message.customer) is None:
            await company.contacts.of(message.customer, running.clock.now())


async def settle_results(running: Running, company: Company, results: list[Result]) -> list[Result]:
    """Take envelopes out of the outbox as the relay answered; returns those results that ask to try again."""
    ids = [
        r.id for r in results if (e := company.unanswered.get((r.id, r.attempt))) is None or e.header.kind != "receipt"
    ]
    await bring_messages(running, company, ids)
    again: list[Result] = []
    for result in results:
        key = (result.id, result.attempt)
        message = company.messages.get(result.id)
        refusal = result.refusal
        if refusal is not None and (failure := failure_of(refusal.code)) is None:
            again.append(result)
            continue
        if company.unanswered.pop(key, None) is not None:
            company.receipts.pop(key, None)
            running.store.add(REMOVE_FROM_OUTBOX, (company.id, *key))
        if message is None:
            continue
        if refusal is None:
            record_status(running, company, message, Status.SENT, result.at, pricing=result.pricing)
        elif message.status < Status.DELIVERED:
            # A later attempt is asked for by a device that could not read it: another device may have.
            _log.info("envelope_refused", company=company.id, envelope=result.id, code=refusal.code)
            record_status(running, company, message, Status.FAILED, running.clock.now(), failure=failure)
    return again


def settle_note(running: Running, company: Company, note: Note) -> None:
    """Record what the relay says of a message that is in memory: delivered, or never fetched."""
    message = company.messages.get(note.id) if note.id is not None else None
    if message is None or message.customer != note.account:
        return
    if note.what == "delivered":
        record_status(running, company, message, Status.DELIVERED, note.at)
    elif note.what == "expired" and message.status < Status.DELIVERED and not _had_less_time(message, note):
        record_status(running, company, message, Status.FAILED, note.at, failure=NOT_FETCHED)


def _had_less_time(message: OutgoingMessage, note: Note) -> bool:
    """Whether a message's template gave it less time than envelopes have: then it is gone without a word, as programs expect."""
    return message.kind == "template" and note.at - sent_at(message.id) < ENVELOPE_SECONDS - DAY
