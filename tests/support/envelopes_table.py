"""A small table with every portable type, and a look at a database that does not go through the store under test."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, LargeBinary, MetaData, Table, Text, make_url

from handschlag.database.hot import delete_rows, insert_rows, update_rows

metadata = MetaData()
envelopes = Table(
    "envelopes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("sender", Text),
    Column("status", Integer, nullable=False, server_default="0"),
    Column("body", LargeBinary),
    Column("urgent", Boolean),
    Column("stored_at", Float),
)
ratchets = Table(
    "ratchets",
    metadata,
    Column("account", Text, primary_key=True),
    Column("device", Text, primary_key=True),
    Column("step", BigInteger, nullable=False),
)
STORE_ENVELOPE = insert_rows(envelopes, "id", "sender")
FORGET_ENVELOPE = delete_rows(envelopes, "id")
MOVE_STATUS = update_rows(
    envelopes, key=("id",), set=("status",), condition=lambda current, new: current.status < new.status
)
STORE_RATCHET = insert_rows(
    ratchets, "account", "device", "step", on_conflict=("update", ("account", "device"), ("step",))
)


def seen_by_others(url: str, query: str) -> list[tuple[Any, ...]]:
    """Return what a connection of its own sees; blocks, so that a callback after a commit may ask."""
    if url.startswith("sqlite"):
        with sqlite3.connect(str(make_url(url).database)) as connection:
            return connection.execute(query).fetchall()

    async def fetch() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, fetch()).result()


@asynccontextmanager
async def writers_held_up(url: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Keep every transaction from writing to the table, until the block ends or what is yielded is awaited."""
    if url.startswith("sqlite"):
        file = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        file.execute("BEGIN IMMEDIATE")

        async def let_go() -> None:
            file.close()

        yield let_go
        file.close()
        return
    server = await asyncpg.connect(url)
    await server.execute("BEGIN; LOCK TABLE envelopes IN SHARE MODE")
    yield server.close
    await server.close()


async def turns_of_the_loop(count: int = 50) -> None:
    """Let everything that is ready on the loop run, many times over."""
    for _ in range(count):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that happens elsewhere."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.001)
