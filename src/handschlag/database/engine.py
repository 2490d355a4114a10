"""What the store needs of a database: one writer, some readers, and to be the only owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from handschlag.database.errors import UnsupportedUrl
from handschlag.database.sqlite import SqliteEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

T = TypeVar("T")


class Engine(Protocol):
    """A database that is open for one process."""

    async def open(self) -> None:
        """Become the database's only owner and connect, or raise `DatabaseInUse`."""

    async def close(self) -> None:
        """Disconnect and give the database free."""

    def hand_over(
        self, work: Callable[[Connection], T], done: Callable[[T | None, BaseException | None], None]
    ) -> None:
        """Run the work in the writer, and afterwards `done` on the loop with its result or its error; one at a time."""

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run the function on a connection that cannot write."""
        raise NotImplementedError


def open_engine(url: str) -> Engine:
    """Return the engine for a database's address, not connected yet."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The address may hold a password: it is not repeated.
        raise UnsupportedUrl("the database's address is not a URL; use sqlite:///path or postgresql://…") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return SqliteEngine(parsed)
    if backend == "postgresql":
        # Not at the top: what it loads takes a third of a second, which nobody on SQLite should wait for.
        from handschlag.database.postgresql import PostgresqlEngine  # noqa: PLC0415

        return PostgresqlEngine(parsed)
    raise UnsupportedUrl(f"the database's address begins with {backend!r}; use sqlite:///path or postgresql://…")
