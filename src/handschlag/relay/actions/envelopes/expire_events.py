"""Clears away what nobody fetched in time, and tells its senders."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, select

from handschlag.relay.context import Context
from handschlag.relay.mailroom import Address
from handschlag.relay.storage.mailboxes import StoredEvent, forget_used_challenges, read_expired
from handschlag.relay.storage.schema import devices
from handschlag.wire.ids import AccountId, DeviceId

_PAGE = 500


async def expire_events(context: Context) -> int:
    """Forget all events whose time is over and return how many there were."""
    now, total, after = context.clock.now(), 0, 0
    await context.store.write(lambda connection: forget_used_challenges(connection, now))
    while True:
        events = await context.store.read(partial(read_expired, now=now, after=after, limit=_PAGE))
        owners = await _owners(context, events)
        gone = context.mailroom.expire(events, owners, now)
        await context.store.flushed()
        context.metrics.expired.inc(gone)
        total += gone
        if len(events) < _PAGE:
            return total
        # What is on its way to a device stays; the next page begins behind it.
        after = events[-1].number


async def _owners(context: Context, events: list[StoredEvent]) -> dict[int, Address]:
    boxes = sorted({event.mailbox for event in events})

    def read(connection: Connection) -> dict[int, Address]:
        rows = connection.execute(
            select(devices.c.id, devices.c.account, devices.c.device).where(devices.c.id.in_(boxes))
        )
        return {row.id: Address(row.id, AccountId(row.account), DeviceId(row.device)) for row in rows}

    return await context.store.read(read) if boxes else {}
