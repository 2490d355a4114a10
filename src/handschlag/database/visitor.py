"""Visits a room's database from another process: configuration rows only, in short transactions, without owning it.

Ratchets and queues belong to the one process that holds the database; names, tokens, templates and offers have no such owner.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, make_url

from handschlag.database import sqlite
from handschlag.database.errors import DatabaseInUse
from handschlag.database.schema import is_newest, upgrade_schema

T = TypeVar("T")


class Visitor:
    """Opens a connection for each function and closes it again."""

    def __init__(self, url: str) -> None:
        self._text, self._url = url, make_url(url)

    async def upgrade(self, migrations: Path) -> None:
        """Bring the schema up to date, which a server that runs has done itself."""
        # A file says at once that somebody owns it; PostgreSQL lets an owner-to-be wait, so we look first.
        if not self._is_file and await self.read(lambda connection: is_newest(connection, migrations)):
            return
        with suppress(DatabaseInUse):
            await upgrade_schema(self._text, migrations)

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Run a function in a transaction of its own."""
        if self._is_file:
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

    @property
    def _is_file(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    def _in_file(self, function: Callable[[Connection], T]) -> T:
        engine = sqlite.engine_for(Path(str(self._url.database)), sqlite.WRITER_PRAGMAS, begin="BEGIN IMMEDIATE")
        try:
            with engine.begin() as connection:
                return function(connection)
        finally:
            engine.dispose()
