"""Tells a customer that their messages were read, or that an answer is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.content.message_id import parse_message_id
from handschlag.content.receipts import ReadReceipt, TypingNotice
from handschlag.device.sealing import HeaderDraft
from handschlag.gateway.actions.messages.seal_message import seal_or_wait
from handschlag.gateway.company import bring_peer
from handschlag.gateway.errors import ValueNotValid, shown
from handschlag.gateway.storage.incoming_messages import MARK_READ, find_sender, find_unread_until
from handschlag.wire.errors import WireError

if TYPE_CHECKING:
    from handschlag.content.receipts import Receipt
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.wire.ids import AccountId

# A notice that somebody writes is worth nothing later.
_TYPING_SECONDS = 25
_encode = msgspec.json.Encoder().encode


async def mark_read(running: Running, company: Company, message_id: str, *, typing: bool) -> None:
    """Mark a message and all before it from the same customer as read, sealed receipt included; in one commit."""
    try:
        id_ = parse_message_id(message_id)
    except WireError as error:
        raise ValueNotValid(str(error)) from None
    await running.store.flushed()
    customer = await running.store.read(lambda connection: find_sender(connection, company.id, id_))
    if customer is None:
        raise ValueNotValid(f"message_id: got {shown(message_id)}, expected the id of a message this number received")
    unread = await running.store.read(lambda connection: find_unread_until(connection, company.id, customer, id_))
    await bring_peer(company, running.store, customer)
    now = running.clock.now()
    if unread:
        for read in unread:
            running.store.add(MARK_READ, (company.id, read, True))
        _send_receipt(running, company, customer, ReadReceipt(read=list(unread), at=int(now)), now)
    if typing:
        _send_receipt(running, company, customer, TypingNotice(), now, ttl=_TYPING_SECONDS)
    await running.store.flushed()


def _send_receipt(
    running: Running, company: Company, customer: AccountId, receipt: Receipt, now: float, *, ttl: int | None = None
) -> None:
    draft = HeaderDraft(
        id=company.ids.next(now),
        to=customer,
        kind="receipt",
        sent_at=int(now),
    )
    if ttl is not None:
        draft = msgspec.structs.replace(draft, ttl=ttl)
    seal_or_wait(running, company, draft, _encode(receipt))
