"""SQLite: one writer thread with one hand-over per commit, a few reader threads, a lock file.

A thread that runs many small statements beside a busy event loop waits for the interpreter lock at each of them. So a whole transaction
is one piece of work, and its statements carry many rows each (`hot.py`).

The lock file lies beside the database and stays when it is free: removing it would let two processes lock two files of one name.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy import Engine as SqlalchemyEngine

from handschlag.database.errors import DatabaseInUse, UnsupportedUrl

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL

    Work: TypeAlias = Callable[[Connection], Any]
    Done: TypeAlias = Callable[[Any, BaseException | None], None]

T = TypeVar("T")

READERS = 4
BUSY_SECONDS = 10
WRITER_PRAGMAS = (
    # Heard only while the file is empty. A sealed envelope fits a page of this size, and each page costs a checksum and a write.
    "PRAGMA page_size = 8192",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 2000",
    "PRAGMA temp_store = MEMORY",
)
READER_PRAGMAS = ("PRAGMA query_only = ON", "PRAGMA cache_size = -16384")


class FileLock:
    """A file that only one process holds at a time; the system frees it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Hold the file, or raise `DatabaseInUse`."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise DatabaseInUse(
                f"process {owner} holds {self._path.name}: a database has one owner at a time"
            ) from None
        os.truncate(descriptor, 0)
        os.write(descriptor, b"%d\n" % os.getpid())
        self._descriptor = descriptor

    def free(self) -> None:
        """Let others hold the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class SqliteEngine:
    """A database file that this process owns."""

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise UnsupportedUrl("an SQLite store needs a file: sqlite:///relative/path or sqlite:////absolute/path")
        self._path = Path(url.database)
        self._lock = FileLock(self._path.with_name(self._path.name + ".lock"))
        self._writing = engine_for(self._path, WRITER_PRAGMAS, begin="BEGIN IMMEDIATE")
        self._reading = engine_for(self._path, READER_PRAGMAS, begin="BEGIN", readers=READERS)
        self._orders: SimpleQueue[tuple[Work, Done] | None] = SimpleQueue()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="database-reader")
        self._writer: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        """Lock the file and start the writer thread."""
        self._lock.take()
        self._loop = asyncio.get_running_loop()
        opened: asyncio.Future[None] = self._loop.create_future()
        # A process that is told to end must not wait for a writer that nobody closed.
        self._writer = Thread(target=self._write, args=(self._loop, opened), name="database-writer", daemon=True)
        self._writer.start()
        try:
            await opened
        except BaseException:
            self._writer = None
            self._lock.free()
            raise

    async def close(self) -> None:
        """End the writer thread and free the file."""
        if self._writer is None:
            return
        self._orders.put(None)
        await asyncio.to_thread(self._writer.join)
        self._writer = None
        self._readers.shutdown(wait=True)
        self._reading.dispose()
        self._lock.free()

    def hand_over(self, work: Work, done: Done) -> None:
        """Give one transaction to the writer thread."""
        self._orders.put((work, done))

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run the function in a reader thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, function)

    def _read(self, function: Callable[[Connection], T]) -> T:
        with self._reading.connect() as connection:
            return function(connection)

    def _write(self, loop: asyncio.AbstractEventLoop, opened: asyncio.Future[None]) -> None:
        try:
            create_private(self._path)
            connection = self._writing.connect()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the one who opens must hear of it
            loop.call_soon_threadsafe(_report, opened, error)
            return
        loop.call_soon_threadsafe(_report, opened, None)
        with connection:
            while (order := self._orders.get()) is not None:
                work, done = order
                try:
                    result = work(connection)
                except BaseException as error:  # noqa: BLE001 - it belongs to the one who gave the work
                    loop.call_soon_threadsafe(done, None, error)
                else:
                    loop.call_soon_threadsafe(done, result, None)
        self._writing.dispose()


def engine_for(path: Path, pragmas: tuple[str, ...], *, begin: str, readers: int = 1) -> SqlalchemyEngine:
    """Return an engine on a file, whose transactions are begun by SQLAlchemy and not by the driver's guess."""
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=readers,
        max_overflow=0,
        connect_args={"timeout": BUSY_SECONDS, "cached_statements": 1024, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.connection.cursor().execute(begin)

    return engine


def create_private(path: Path) -> None:
    """Create the file, if there is none, so that only its owner may read it."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _report(opened: asyncio.Future[None], error: BaseException | None) -> None:
    if opened.done():
        return
    if error is None:
        opened.set_result(None)
    else:
        opened.set_exception(error)
