"""Runs one piece of work on a database as its only owner, and lets go of it again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from handschlag.database.engine import open_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

T = TypeVar("T")


async def as_owner(url: str, work: Callable[[Connection], T]) -> T:
    """Return what the work returns; raises DatabaseInUse while another process owns the database."""
    engine = open_engine(url)
    await engine.open()
    outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def done(result: object, error: BaseException | None) -> None:
        if error is None:
            outcome.set_result(result)
        else:
            outcome.set_exception(error)

    try:
        engine.hand_over(work, done)
        found: T = await outcome
        return found
    finally:
        await engine.close()
