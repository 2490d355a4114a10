"""What both mailbox benchmarks do: messages go in and out of a durable mailbox, a batch a commit.

Each commit inserts a batch of envelopes and deletes the batch before it, as a relay does whose devices acknowledge. The next batch is
handed over only when the last one is on disk, so the figures hold the price of the flush too.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
from argparse import ArgumentParser
from os import urandom
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import uvloop
from rich.console import Console
from rich.table import Table as Report
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, func, select

from handschlag.database.hot import delete_rows, insert_rows
from handschlag.database.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

metadata = MetaData()
mailbox = Table(
    "mailbox",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("device", BigInteger, nullable=False),
    Column("identifier", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("mailbox_device", "device", "sequence"),
)
ENVELOPE_STORED = insert_rows(mailbox, "sequence", "device", "identifier", "body")
ENVELOPE_ACKNOWLEDGED = delete_rows(mailbox, "sequence")
BODY_BYTES = 500
DEVICES = 200


class Mailbox:
    """Keeps one batch under way until all messages went in and out."""

    def __init__(self, store: Store, *, messages: int, batch: int) -> None:
        self._store = store
        self._messages = messages
        self._batch = batch
        self._next = 0
        self._body = urandom(BODY_BYTES)
        self._done = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Return when the last message was deleted."""
        self._put([])
        await self._done

    def _put(self, arrived: list[int]) -> None:
        if not arrived and self._next >= self._messages:
            self._done.set_result(None)
            return
        add = self._store.add
        for sequence in arrived:
            add(ENVELOPE_ACKNOWLEDGED, (sequence,))
        fresh = list(range(self._next, min(self._next + self._batch, self._messages)))
        self._next += len(fresh)
        for sequence in fresh:
            add(ENVELOPE_STORED, (sequence, sequence % DEVICES, sequence.to_bytes(16, "big"), self._body))
        self._store.after(self._put, fresh)


def processor_seconds() -> float:
    """Return what this process used so far, all threads, user and system."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def measure(
    url: str, *, messages: int, batch: int, server_seconds: Callable[[], float] | None
) -> dict[str, float]:
    """Send messages through the mailbox once and return the figures."""
    store = Store(url, window=0)
    await store.start()
    try:
        await store.write(metadata.drop_all)
        await store.write(metadata.create_all)
        await Mailbox(store, messages=batch * 40, batch=batch).run()
        commits = store.commits
        gc.collect()
        gc.freeze()
        began, used, served = perf_counter(), processor_seconds(), server_seconds() if server_seconds else 0.0
        await Mailbox(store, messages=messages, batch=batch).run()
        seconds, used = perf_counter() - began, processor_seconds() - used
        served = server_seconds() - served if server_seconds else 0.0
        left = await store.read(lambda connection: connection.scalar(select(func.count()).select_from(mailbox)))
        if left:
            raise SystemExit(f"{left} messages were left in the mailbox")
        return {
            "messages": messages,
            "messages_per_second": round(messages / seconds),
            "process_us": round(used / messages * 1e6, 2),
            "server_us": round(served / messages * 1e6, 2),
            "commit_ms": round(seconds / (store.commits - commits) * 1e3, 3),
        }
    finally:
        await store.close()


def main(name: str, url: str, target_us: float, *, server_seconds: Callable[[], float] | None = None) -> None:
    """Measure a few rounds, and print a table and, when asked, one line of JSON."""
    parser = ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--messages", type=int, default=100_000, help="messages in each round")
    parser.add_argument("--batch", type=int, default=50, help="messages in each commit")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the median counts")
    parser.add_argument(
        "--json", action="store_true", help="print one line of JSON and nothing else on standard output"
    )
    options = parser.parse_args()
    rounds = [
        uvloop.run(measure(url, messages=options.messages, batch=options.batch, server_seconds=server_seconds))
        for _ in range(options.rounds)
    ]
    report = Report(title=f"{name}: batches of {options.batch}, flushed")
    for column in rounds[0]:
        report.add_column(column, justify="right")
    for one in rounds:
        report.add_row(*(f"{value:,}" for value in one.values()))
    console = Console(stderr=options.json)
    console.print(report)
    figures = {column: median(one[column] for one in rounds) for column in rounds[0]}
    total = figures["process_us"] + figures["server_us"]
    console.print(f"{total:.1f} µs of processor time a message; the target is at most {target_us}")
    if options.json:
        print(json.dumps({"benchmark": name, "batch": options.batch, **figures, "target_us": target_us}))
