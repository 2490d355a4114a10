"""A program that stores as fast as it can and prints what is reported as stored, until somebody kills it."""

from __future__ import annotations

import asyncio
import os
import sys

import uvloop

from handschlag.database.store import Store
from tests.support.envelopes_table import STORE_ENVELOPE, STORE_RATCHET, metadata


async def store_until_killed(url: str) -> None:
    """Add envelopes; the ratchet's step in the same commit is the number of the newest."""
    store = Store(url)
    await store.start()
    await store.write(metadata.create_all)
    newest = 0

    def add_ratchet() -> None:
        store.add(STORE_RATCHET, ("anna", "phone", newest))

    def report(number: int) -> None:
        os.write(1, b"%d\n" % number)

    store.before_commit(add_ratchet)
    while True:
        for _ in range(5):
            newest += 1
            store.add(STORE_ENVELOPE, (newest, "x" * 200))
            store.after(report, newest)
        await asyncio.sleep(0)
        if store.queue_depth > 500:
            await store.flushed()


if __name__ == "__main__":
    uvloop.run(store_until_killed(sys.argv[1]))
