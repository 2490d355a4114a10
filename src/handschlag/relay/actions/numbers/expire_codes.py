"""Forgets codes that were not used in time, and yesterday's counts of them."""

from __future__ import annotations

from handschlag.relay.context import Context
from handschlag.relay.storage.numbers import forget_codes
from handschlag.wire.limits import DAY


async def expire_codes(context: Context) -> None:
    """Clear away what is past its time."""
    now = context.clock.now()
    await context.store.write(lambda connection: forget_codes(connection, now=now, day=int(now // DAY)))
