"""A process that is killed at any moment loses nothing that it reported, and leaves no half commit."""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest
from tests.support.envelopes_table import STORE_ENVELOPE, seen_by_others

from handschlag.database.store import Store


async def reported_until_killed(url: str, *, lines: int) -> int:
    """Run the program, kill it after so many reports, and return the newest envelope it reported."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.killed_writer", url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    for _ in range(lines):
        await process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    rest = await process.stdout.read()
    assert await process.wait() == -signal.SIGKILL
    # A report may be cut in the middle; every number before the last newline is whole.
    return lines + rest.count(b"\n")


@pytest.mark.parametrize("lines", [1, 700, 4_321])
async def test_nothing_reported_is_lost_when_the_process_is_killed(url: str, lines: int) -> None:
    newest = await reported_until_killed(url, lines=lines)
    store = Store(url)
    await store.start()
    (found,) = seen_by_others(url, "SELECT count(*), min(id), max(id), (SELECT step FROM ratchets) FROM envelopes")
    count, first, last, ratchet = found
    assert last >= newest
    assert (first, count) == (1, last)
    assert ratchet == last
    store.add(STORE_ENVELOPE, (last + 1, None))
    await store.flushed()
    await store.close()
