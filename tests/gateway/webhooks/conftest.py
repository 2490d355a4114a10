"""A post office for each test, over a copy of one empty database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.receiver import Receiver
from tests.gateway.webhooks.post_office import PostOffice, empty_database

Open = Callable[..., Awaitable[PostOffice]]


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no row."""
    return asyncio.run(empty_database(tmp_path_factory.mktemp("empty")))


@pytest.fixture
async def open_office(tmp_path: Path, empty: Path, receiver: Receiver) -> AsyncIterator[Open]:
    """Opens a post office with these settings; it is closed before its endpoint is."""
    assert receiver.port
    opened: list[PostOffice] = []

    async def open_one(**settings: Any) -> PostOffice:
        office = PostOffice(tmp_path, empty, **settings)
        await office.start()
        opened.append(office)
        return office

    yield open_one
    for office in opened:
        await office.stop()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """An endpoint that confirms."""
    made = Receiver()
    await made.start()
    yield made
    await made.stop()
