"""Finds again what was answered about an envelope that was kept before the relay was started anew."""

from __future__ import annotations

import msgspec

from handschlag.relay.context import Context
from handschlag.relay.mailroom import Address
from handschlag.relay.rules.admission import FREE, price_at
from handschlag.relay.storage.mailboxes import read_event
from handschlag.wire.consent import Stamp
from handschlag.wire.envelope import Header
from handschlag.wire.frames import Result
from handschlag.wire.signed import SignedRecord


class _Kept(msgspec.Struct, frozen=True):
    header: Header
    stamp: SignedRecord | None = None


_decode = msgspec.json.Decoder(_Kept).decode


async def recall_result(context: Context, sender: Address, header: Header, number: int) -> Result | None:
    """Return the answer to an envelope whose event `number` was kept; None if that was another sender's.

    An event that is gone was fetched or has expired meanwhile: it was accepted, and is not kept again.
    """
    event = await context.store.read(lambda connection: read_event(connection, number))
    at, pricing = context.clock.now(), FREE
    if event is not None:
        kept = _decode(b"{" + event + b"}")
        if (kept.header.sender, kept.header.from_device) != (sender.account, sender.device):
            return None
        if kept.stamp is not None and kept.header.category is not None:
            stamp = msgspec.json.decode(kept.stamp.record, type=Stamp)
            at, pricing = float(stamp.accepted_at), price_at(kept.header.category, window_open=stamp.window_open)
    elif header.category is not None:
        standing = await context.directory.find_standing(sender.account, header.to)
        pricing = price_at(header.category, window_open=standing.window_is_open(at))
    return Result(id=header.id, attempt=header.attempt, at=at, pricing=pricing)
