"""What the writer takes over in one go: a batch of hot rows, or one function of the cold path; each is one transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from handschlag.database.errors import StoreFailed

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future
    from collections.abc import Callable

    from sqlalchemy import Connection

    from handschlag.database.hot import HotStatement, Row

T = TypeVar("T")


class Batch:
    """Rows that are committed together, and who wants to know of it."""

    __slots__ = ("callbacks", "rows", "waiters")

    def __init__(self) -> None:
        self.rows: defaultdict[HotStatement, list[Row]] = defaultdict(list)
        self.callbacks: list[tuple[Callable[[Any], None], Any]] = []
        self.waiters: list[Future[None]] = []

    @property
    def count(self) -> int:
        """The number of rows."""
        return sum(map(len, self.rows.values()))

    def run(self, connection: Connection) -> None:
        """Write and commit everything (in the writer)."""
        with connection.begin():
            cursor = connection.connection.cursor()
            for statement, rows in self.rows.items():
                statement.run(cursor, connection.dialect, rows)
            cursor.close()

    def finish(self, loop: AbstractEventLoop) -> None:
        """Tell those who wait that everything is committed (on the loop)."""
        for callback, argument in self.callbacks:
            try:
                callback(argument)
            except Exception as error:  # noqa: BLE001 - one callback's mistake must not keep the others from hearing
                loop.call_exception_handler({"message": "a callback after a commit failed", "exception": error})
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None)

    def abandon(self, cause: BaseException) -> None:
        """Tell those who wait that nothing is known to be committed (on the loop)."""
        for waiter in self.waiters:
            _fail(waiter, cause)


class ColdWrite(Generic[T]):
    """One function with a transaction of its own."""

    __slots__ = ("function", "outcome", "waiters")

    def __init__(self, function: Callable[[Connection], T], outcome: Future[T]) -> None:
        self.function = function
        self.outcome = outcome
        self.waiters: list[Future[None]] = []

    def run(self, connection: Connection) -> T:
        """Call the function and commit, or roll it back (in the writer)."""
        with connection.begin():
            return self.function(connection)

    def finish(self, result: T | None, error: BaseException | None) -> None:
        """Hand the result or the function's error to the caller (on the loop)."""
        if not self.outcome.done():
            if error is None:
                self.outcome.set_result(result)  # type: ignore[arg-type]  # without an error there is a result
            else:
                self.outcome.set_exception(error)
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None)

    def abandon(self, cause: BaseException) -> None:
        """Tell the caller that the store failed before it was this function's turn, or during it (on the loop)."""
        _fail(self.outcome, cause)
        for waiter in self.waiters:
            _fail(waiter, cause)


def store_failure(cause: BaseException) -> StoreFailed:
    """Return a new error that names what stopped the store."""
    failure = StoreFailed(f"the store stopped after {type(cause).__name__}; start the process anew")
    failure.__cause__ = cause
    return failure


def _fail(future: Future[Any], cause: BaseException) -> None:
    if not future.done():
        future.set_exception(store_failure(cause))
