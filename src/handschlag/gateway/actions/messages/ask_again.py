"""Asks a customer's devices to seal again what did not open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.content.receipts import ResendRequest
from handschlag.device.sealing import HeaderDraft
from handschlag.gateway.actions.messages.seal_message import seal_or_wait
from handschlag.gateway.company import bring_peer

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.wire.ids import AccountId

_encode = msgspec.json.Encoder().encode


def ask_again(running: Running, company: Company, customer: AccountId, question: ResendRequest) -> None:
    """Put the question into the open commit."""
    now = running.clock.now()
    draft = HeaderDraft(id=company.ids.next(now), to=customer, kind="receipt", sent_at=int(now))
    seal_or_wait(running, company, draft, _encode(question))


async def ask_once_more(running: Running, company: Company, customer: AccountId) -> None:
    """Ask for everything that is still awaited: whoever cannot read us may not have read what they were asked."""
    await bring_peer(company, running.store, customer)
    if awaited := company.device.awaited(customer):
        ask_again(running, company, customer, ResendRequest(resend=awaited, again=True))
