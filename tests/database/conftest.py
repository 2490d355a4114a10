"""Every behaviour of the store, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.envelopes_table import metadata

from handschlag.database.store import Store


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
