"""One writer per database, many changes per commit.

What is stored: nothing of its own. Rooms hand over rows for their tables.

The life of a row: `add` puts it into the open batch. When the writer is free and the last commit began at least `window` seconds ago,
the hooks of `before_commit` add what belongs to it (a ratchet that moved), and the batch becomes one transaction in the writer. After
the commit is on disk, callbacks of `after` run on the event loop, in the order they were added; only then may anything leave the process.
While a commit runs, further rows collect for the next one, so the busier the store, the larger its batches. An idle store commits at once.

What we cannot know: after an error in a commit, whether the rows are in the database. The store does not guess and does not try again:
it stops for good, tells everybody who waits, calls `on_failure`, and the process starts anew from what is on disk (crash-only).

All methods belong to the event loop that called `start`, except functions given to `write` and `read`, which run beside it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from handschlag.database.batch import Batch, ColdWrite, store_failure
from handschlag.database.engine import open_engine
from handschlag.database.errors import DatabaseInUse, OwnershipLost, StoreClosed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from handschlag.database.hot import HotStatement, Row

T = TypeVar("T")
A = TypeVar("A")


class Store:
    """The one writer of a database, and its readers."""

    def __init__(
        self, url: str, *, window: float = 0.002, on_failure: Callable[[BaseException], None] | None = None
    ) -> None:
        """Prepare a store for `sqlite:///path` or `postgresql://…`; commits begin at least `window` seconds apart."""
        self.commits = 0
        self.rows = 0
        self.last_commit_seconds = 0.0
        self._engine = open_engine(url)
        self._window = window
        self._on_failure = on_failure
        self._hooks: list[Callable[[], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failure: BaseException | None = None
        self._open = Batch()
        self._sealed: deque[Batch | ColdWrite[Any]] = deque()
        self._running: Batch | ColdWrite[Any] | None = None
        self._began = -inf
        self._began_exactly = 0.0
        # True when neither a commit nor a wake-up is under way: the next row has to ring.
        self._resting = True

    @property
    def queue_depth(self) -> int:
        """The number of rows that were added and are not committed."""
        batches = (self._running, *self._sealed, self._open)
        return sum(batch.count for batch in batches if isinstance(batch, Batch))

    async def start(self) -> None:
        """Take the database for this process alone, and open it."""
        if self._loop is not None:
            raise StoreClosed("a store is started once")
        await self._engine.open()
        self._loop = asyncio.get_running_loop()

    async def close(self) -> None:
        """Commit what was added, then let go of the database."""
        if self._loop is None:
            return
        try:
            while self._failure is None and not self._resting:
                await self.flushed()
        finally:
            self._failure = self._failure or StoreClosed("the store is closed")
            await self._engine.close()

    def add(self, statement: HotStatement, row: Row) -> None:
        """Put a row into the open batch.

        Rows added without an `await` in between are committed together or not at all. Within a batch, statements run in the order in
        which each was *first* added, each with all its rows. So deleting a key and inserting it again in one batch, or the reverse for
        different keys of the same table, may run in the other order than they were added: give each row a new key, use an insert that
        updates on conflict, or put the two into different commits.
        """
        if self._resting:
            self._wake()
        self._open.rows[statement].append(row)

    def after(self, callback: Callable[[A], None], argument: A) -> None:
        """Call back on the loop once everything added so far is committed; never, if the store fails before."""
        if self._resting:
            self._wake()
        self._open.callbacks.append((callback, argument))

    def before_commit(self, hook: Callable[[], None]) -> None:
        """Call the hook on the loop right before each batch is taken: it may add the rows that belong to the batch.

        A hook alone wakes nobody: its rows ride with the next row or callback that is added. A hook that fails stops the store.
        """
        self._hooks.append(hook)

    async def flushed(self) -> None:
        """Wait until everything added so far is committed."""
        self._check()
        if self._open.rows or self._open.callbacks:
            last: Batch | ColdWrite[Any] | None = self._open
        else:
            last = self._sealed[-1] if self._sealed else self._running
        if last is not None:
            waiter: asyncio.Future[None] = self._running_loop().create_future()
            last.waiters.append(waiter)
            await waiter

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Run a function in the writer, in a transaction of its own, after all that was added before.

        If it raises, its changes are rolled back and the error is the caller's; the store goes on. If the connection breaks meanwhile,
        nobody knows whether it was committed.
        """
        if self._resting:
            self._wake()
        self._check()
        if self._open.rows or self._open.callbacks:
            self._seal()
            self._check()
        outcome: asyncio.Future[T] = self._running_loop().create_future()
        self._sealed.append(ColdWrite(function, outcome))
        return await outcome

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run a function on a connection for reading; it sees one state of what is committed, and must fetch all it returns."""
        self._running_loop()
        return await self._engine.read(function)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            raise StoreClosed("the store was not started")
        return self._loop

    def _check(self) -> None:
        if isinstance(self._failure, StoreClosed):
            raise StoreClosed(*self._failure.args)
        if self._failure is not None:
            raise store_failure(self._failure)

    def _wake(self) -> None:
        loop = self._running_loop()
        self._check()
        self._resting = False
        wait = self._began + self._window - loop.time()
        if wait > 0:
            loop.call_later(wait, self._next)
        else:
            # Not right now: what else this turn of the loop adds comes into the same commit.
            loop.call_soon(self._next)

    def _seal(self) -> None:
        """Close the open batch; what is added from now on belongs to the next one."""
        try:
            for hook in self._hooks:
                hook()
        except Exception as error:  # noqa: BLE001 - a batch without the hook's rows must not be committed
            self._fail(error)
            return
        self._sealed.append(self._open)
        self._open = Batch()

    def _next(self) -> None:
        """Hand the oldest transaction to the writer."""
        if not self._sealed:
            self._seal()
        if self._failure is not None:
            return
        unit = self._running = self._sealed.popleft()
        loop = self._running_loop()
        self._began = loop.time()
        if isinstance(unit, Batch) and not unit.rows:
            self._finished(None, None)
            return
        self._began_exactly = perf_counter()
        self._engine.hand_over(unit.run, self._finished)

    def _finished(self, result: object, error: BaseException | None) -> None:
        """Report the transaction that ended, and go on with what collected meanwhile."""
        unit, self._running = self._running, None
        if unit is None or self._failure is not None:
            return
        if error is not None and (isinstance(unit, Batch) or isinstance(error, DatabaseInUse | OwnershipLost)):
            self._running = unit
            self._fail(error)
            return
        if isinstance(unit, ColdWrite):
            unit.finish(result, error)
        else:
            if unit.rows:
                self.last_commit_seconds = perf_counter() - self._began_exactly
                self.commits += 1
                self.rows += unit.count
            unit.finish(self._running_loop())
        if self._failure is not None:
            return
        self._resting = True
        if self._sealed:
            self._resting = False
            self._running_loop().call_soon(self._next)
        elif self._open.rows or self._open.callbacks:
            self._wake()

    def _fail(self, error: BaseException) -> None:
        if self._failure is not None:
            return
        self._failure = error
        for unit in (self._running, *self._sealed, self._open):
            if unit is not None:
                unit.abandon(error)
        self._sealed.clear()
        self._open = Batch()
        self._running = None
        # So that the next row asks, and hears of it.
        self._resting = True
        if self._on_failure is not None:
            self._on_failure(error)
