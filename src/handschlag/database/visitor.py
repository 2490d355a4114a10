"""Visits a room's database from another process: configuration rows only, in short transactions, without owning it.

Ratchets and queues belong to the one process that holds the database; names, tokens, templates and offers have no such owner.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, make_url

from handschlag.database import sqlite

T = TypeVar("T")


class Visitor:
    """Opens a connection for each function and closes it again."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Run a function in a transaction of its own."""
        if self._url.get_backend_name() == "sqlite":
            return await asyncio.to_thread(self._in_file, function)
        # Not at the top: what it loads takes a third of a second, which nobody on SQLite should wait for.
        from handschlag.database import postgresql  # noqa: PLC0415

        engine = postgresql.engine_for(self._url, {"application_name": "handschlag-visitor"})
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(function)
        finally:
            await engine.dispose()

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run a function that only reads."""
        return await self.write(function)

    def _in_file(self, function: Callable[[Connection], T]) -> T:
        engine = sqlite.engine_for(Path(str(self._url.database)), sqlite.WRITER_PRAGMAS, begin="BEGIN IMMEDIATE")
        try:
            with engine.begin() as connection:
                return function(connection)
        finally:
            engine.dispose()
