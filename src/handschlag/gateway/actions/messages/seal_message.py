"""Seals a message into the open commit, or lets it wait there until a session with the customer is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.device.errors import NoSession, UnknownPeer
from handschlag.device.sealing import HeaderDraft
from handschlag.gateway.storage.outbox import PUT_INTO_OUTBOX, encode_envelope
from handschlag.gateway.storage.waiting_messages import PUT_INTO_WAITING

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.wire.envelope import Header, OutgoingEnvelope


def seal_or_wait(
    running: Running, company: Company, draft: HeaderDraft, body: bytes, *, salt: str | None = None
) -> bool:
    """Put the sealed envelope into the outbox, or the draft into what waits; returns whether it was sealed.

    The body of a message is read again from outgoing_messages; that of a receipt is kept with what waits.
    """
    if draft.to not in company.waiting:
        try:
            envelope = company.device.seal(draft, body, salt=salt)
        except (UnknownPeer, NoSession):
            pass
        else:
            put_into_outbox(running, company, envelope, body)
            return True
    let_wait(running, company, draft, body if draft.kind == "receipt" else b"")
    return False


def seal_now(running: Running, company: Company, draft: HeaderDraft | Header, body: bytes, *, salt: str | None) -> None:
    """Put the sealed envelope into the outbox; raises what `Device.seal` raises."""
    put_into_outbox(running, company, company.device.seal(draft, body, salt=salt), body)


def put_into_outbox(running: Running, company: Company, envelope: OutgoingEnvelope, body: bytes) -> None:
    """Store an envelope, and hand it to the link once it is on disk."""
    header = envelope.header
    key = (header.id, header.attempt)
    company.unanswered[key] = envelope
    receipt = body if header.kind == "receipt" else None
    if receipt is not None:
        company.receipts[key] = receipt
    running.store.add(PUT_INTO_OUTBOX, (company.id, *key, encode_envelope(envelope), receipt))
    running.store.after(company.hand_to_link, envelope)


def let_wait(running: Running, company: Company, draft: HeaderDraft, body: bytes) -> None:
    """Store what cannot be sealed yet, and wake the worker that opens sessions once it is on disk."""
    company.waiting[draft.to] = company.waiting.get(draft.to, 0) + 1
    row = (company.id, draft.id, draft.to, draft.kind, draft.attempt, body, float(draft.sent_at))
    running.store.add(PUT_INTO_WAITING, row)
    running.store.after(lambda _: company.wake_sealer(), None)
