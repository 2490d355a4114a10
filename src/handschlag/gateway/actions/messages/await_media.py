"""Messages whose files have to be brought first: stored as accepted, sealed when the files are there, failed if they cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.device.sealing import HeaderDraft
from handschlag.gateway.actions.media.bring_media import MediaSource, bring_media, check_media, media_at_hand
from handschlag.gateway.actions.messages.record_status import record_status
from handschlag.gateway.actions.messages.seal_message import seal_or_wait
from handschlag.gateway.actions.messages.settle_results import bring_messages
from handschlag.gateway.actions.templates.time_to_live import seconds_left
from handschlag.gateway.company import bring_peer
from handschlag.gateway.rules.refusals import Failure
from handschlag.gateway.rules.statuses import Status
from handschlag.gateway.rules.wanted_files import WantedFile, fill_in
from handschlag.gateway.storage.outgoing_messages import STORE_BODY, find_outgoing_body
from handschlag.gateway.storage.waiting_for_media import (
    PUT_INTO_AWAITING_MEDIA,
    REMOVE_FROM_AWAITING_MEDIA,
    AwaitingMessage,
    encode_files,
)
from handschlag.wire.commitment import commit
from handschlag.wire.limits import ENVELOPE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handschlag.content.media import MediaFile
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

_UPLOAD_ERROR = 131053


def files_at_hand(
    running: Running, company: Company, files: Sequence[WantedFile]
) -> list[tuple[WantedFile, MediaFile]] | None:
    """Return the files if each is known and its ciphertext lies at the relay, else None."""
    found = []
    for wanted in files:
        file = media_at_hand(running, company, MediaSource(wanted.id, wanted.link), wanted.kind)
        if file is None:
            return None
        found.append((wanted, file))
    return found


async def check_files(running: Running, company: Company, files: Sequence[WantedFile]) -> None:
    """Raise ApiError for a file that cannot be meant: an unknown id, another type, a broken link."""
    for wanted in files:
        await check_media(running, company, MediaSource(wanted.id, wanted.link), wanted.kind)


def await_media(running: Running, company: Company, message: AwaitingMessage) -> None:
    """Put a message that waits for its files into the open commit; they are brought once it is on disk."""
    company.awaiting_media += 1
    row = (company.id, message.id, message.customer, encode_files(message.files), message.created_at)
    running.store.add(PUT_INTO_AWAITING_MEDIA, row)
    running.store.after(company.bring_files, message)


async def complete_message(running: Running, company: Company, message: AwaitingMessage) -> None:
    """Bring a message's files, put them into its body, and seal it; raises MediaFailed and ApiError if they cannot be had."""
    files = [
        (wanted, await bring_media(running, company, MediaSource(wanted.id, wanted.link), wanted.kind))
        for wanted in message.files
    ]
    store = running.store
    await store.flushed()
    found = await store.read(lambda connection: find_outgoing_body(connection, company.id, message.id))
    await bring_peer(company, store, message.customer)
    await bring_messages(running, company, [message.id])
    if found is not None:
        body = fill_in(found.body, files)
        waited = running.clock.now() - message.created_at
        draft = HeaderDraft(
            id=message.id,
            to=message.customer,
            kind="service" if found.salt is None else "template",
            sent_at=int(running.clock.now()),
            category=found.category,
            commitment=None if found.salt is None else commit(found.salt, body),
            # One whose time is over already is not worth its own way out: the relay drops it in a second.
            ttl=ENVELOPE_SECONDS if found.salt is None else max(1, seconds_left(company, body, waited)),
        )
        seal_or_wait(running, company, draft, body, salt=found.salt)
        store.add(STORE_BODY, (company.id, message.id, body))
    _forget(running, company, message)


async def give_up_message(running: Running, company: Company, message: AwaitingMessage, details: str) -> None:
    """Fail a message whose files cannot be had."""
    await bring_messages(running, company, [message.id])
    known = company.messages.get(message.id)
    if known is not None:
        failure = Failure(_UPLOAD_ERROR, details)
        record_status(running, company, known, Status.FAILED, running.clock.now(), failure=failure)
    _forget(running, company, message)


def _forget(running: Running, company: Company, message: AwaitingMessage) -> None:
    company.awaiting_media -= 1
    running.store.add(REMOVE_FROM_AWAITING_MEDIA, (company.id, message.id))
