"""PostgreSQL: one writing session that owns the database by an advisory lock, and a pool of reading sessions.

What is stored: a sequence `handschlag_term`. Each process that becomes the owner takes its next number, its *term*. The lock says that
nobody else owns the database now; the term says that nobody else did while our session was cut off. Without it, a second process could
come and go unseen, and what we remember of ratchets would be out of date.

A session that broke while nothing was under way is replaced before the next transaction. One that breaks in the middle is not: whether
the commit happened is unknown, and the store stops.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from handschlag.database.errors import DatabaseInUse, OwnershipLost

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL, Connection

T = TypeVar("T")

READERS = 4
# "handschl" in ASCII: any fixed number does, as long as all our processes use the same.
LOCK_KEY = 0x68616E647363686C
LOCK_SECONDS = 3.0
LOCK_NOT_AVAILABLE = "55P03"
# How long a server may take to restart before we give up.
RECONNECT_SECONDS = 30.0
RETRY_SECONDS = 0.25
WRITER_SETTINGS = {
    "application_name": "handschlag-writer",
    "synchronous_commit": "on",
    "jit": "off",
    # A plan made while a table was small and kept when it has grown reads the whole table: seen at five times the cost.
    "plan_cache_mode": "force_custom_plan",
}
READER_SETTINGS = {"application_name": "handschlag-reader", "default_transaction_read_only": "on", "jit": "off"}


class PostgresqlEngine:
    """A database that this process owns."""

    def __init__(self, url: URL) -> None:
        self._writing = engine_for(url, WRITER_SETTINGS)
        self._reading = create_async_engine(
            _for_asyncpg(url),
            pool_size=READERS,
            pool_pre_ping=True,
            connect_args={"server_settings": READER_SETTINGS},
        )
        self._term: int | None = None
        self._session: AsyncConnection | None = None
        self._driver: Any = None
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, take the lock and the next term."""
        await self._connect(patience=LOCK_SECONDS)
        session = self._connected()
        try:
            await session.execute(text("CREATE SEQUENCE IF NOT EXISTS handschlag_term"))
            self._term = await session.scalar(text("SELECT nextval('handschlag_term')"))
            await session.commit()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Disconnect, which frees the lock."""
        if self._task is not None:
            await asyncio.wait([self._task])
        await self._disconnect()
        await self._writing.dispose()
        await self._reading.dispose()

    def hand_over(self, work: Callable[[Connection], Any], done: Callable[[Any, BaseException | None], None]) -> None:
        """Run one transaction in the writing session."""
        self._task = asyncio.get_running_loop().create_task(self._write(work, done))

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run the function in a reading session."""
        async with self._reading.connect() as session:
            return await session.run_sync(function)

    async def _write(
        self, work: Callable[[Connection], Any], done: Callable[[Any, BaseException | None], None]
    ) -> None:
        try:
            if self._driver.is_closed():
                await self._reconnect()
            result = await self._connected().run_sync(work)
        except asyncio.CancelledError as error:
            done(None, error)
            raise
        except BaseException as error:  # noqa: BLE001 - it belongs to the one who gave the work
            done(None, error)
        else:
            done(result, None)

    async def _connect(self, *, patience: float) -> None:
        session = self._session = await self._writing.connect()
        try:
            # The server may need a moment to notice that the last session is gone, ours or that of a process that was killed.
            await session.execute(text(f"SET LOCAL lock_timeout = '{patience:.3f}s'"))
            await session.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK_KEY})
            await session.commit()
            self._driver = (await session.get_raw_connection()).driver_connection
        except DBAPIError as error:
            await self._disconnect()
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            message = "another process holds this PostgreSQL database: a database has one owner at a time"
            raise DatabaseInUse(message) from None
        except BaseException:
            await self._disconnect()
            raise

    async def _reconnect(self) -> None:
        """Replace a session that broke while nothing was sent; the server may need a while to come back."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + RECONNECT_SECONDS
        while True:
            await self._disconnect()
            try:
                await self._connect(patience=LOCK_SECONDS)
                break
            except Exception:
                if loop.time() + RETRY_SECONDS > give_up_at:
                    raise
                await asyncio.sleep(RETRY_SECONDS)
        session = self._connected()
        term = await session.scalar(text("SELECT last_value FROM handschlag_term"))
        await session.commit()
        if term != self._term:
            await self._disconnect()
            raise OwnershipLost(f"we were owner in term {self._term}, it is term {term} now")

    async def _disconnect(self) -> None:
        session, self._session = self._session, None
        if session is None:
            return
        if self._driver is not None and self._driver.is_closed():
            await session.invalidate()
        await session.close()

    def _connected(self) -> AsyncConnection:
        if self._session is None:
            raise ConnectionError("the writing session is closed")
        return self._session


def engine_for(url: URL, settings: dict[str, str]) -> AsyncEngine:
    """Return an engine whose connections end when they are closed, and with them what they hold."""
    return create_async_engine(_for_asyncpg(url), poolclass=NullPool, connect_args={"server_settings": settings})


def _for_asyncpg(url: URL) -> URL:
    """Accept what every PostgreSQL client writes for TLS, `sslmode`, which asyncpg calls `ssl`."""
    mode = url.query.get("sslmode")
    if mode is not None:
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return url.set(drivername="postgresql+asyncpg")
