"""A database has one owner: ratchets and sequences must never have two."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import asyncpg
import pytest
from tests.support.envelopes_table import STORE_ENVELOPE, metadata, seen_by_others, until

from handschlag.database import postgresql
from handschlag.database.errors import DatabaseInUse, OwnershipLost, StoreFailed, UnsupportedUrl
from handschlag.database.store import Store


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up sooner on a database that another store holds."""
    monkeypatch.setattr(postgresql, "LOCK_SECONDS", 0.2)


async def break_connection(url: str, store: Store) -> None:
    """End the store's writing session from outside, and wait until the store's side knows."""
    killer = await asyncpg.connect(url)
    await killer.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'handschlag-writer' AND datname = current_database()"
    )
    await killer.close()
    engine = store._engine
    assert isinstance(engine, postgresql.PostgresqlEngine)
    await until(lambda: bool(engine._driver.is_closed()))


class TestOwner:
    async def test_second_store_is_refused_and_told_why(self, store: Store, url: str) -> None:
        with pytest.raises(DatabaseInUse, match="one owner at a time"):
            await Store(url).start()
        store.add(STORE_ENVELOPE, (1, None))
        await store.flushed()

    async def test_database_is_free_when_its_owner_closed(self, store: Store, url: str) -> None:
        await store.close()
        second = Store(url)
        await second.start()
        await second.close()

    async def test_failed_store_gives_the_database_free_when_closed(self, store: Store, url: str) -> None:
        store.add(STORE_ENVELOPE, (1, None))
        store.add(STORE_ENVELOPE, (1, None))
        with pytest.raises(StoreFailed):
            await store.flushed()
        await store.close()
        second = Store(url)
        await second.start()
        await second.close()

    async def test_sqlite_file_can_be_read_by_its_owner_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "private.db"
        store = Store(f"sqlite:///{path}")
        await store.start()
        await store.write(metadata.create_all)
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
        await store.close()
        assert modes == {0o600}


class TestBrokenConnection:
    async def test_connection_lost_while_idle_is_replaced(self, postgresql_url: str) -> None:
        store = Store(postgresql_url)
        await store.start()
        await store.write(metadata.create_all)
        await break_connection(postgresql_url, store)
        store.add(STORE_ENVELOPE, (1, None))
        await store.flushed()
        await break_connection(postgresql_url, store)
        await store.write(lambda connection: connection.exec_driver_sql("UPDATE envelopes SET status = 5"))
        assert seen_by_others(postgresql_url, "SELECT id, status FROM envelopes") == [(1, 5)]
        with pytest.raises(DatabaseInUse):
            await Store(postgresql_url).start()
        await store.close()

    async def test_readers_survive_a_lost_connection(self, postgresql_url: str) -> None:
        store = Store(postgresql_url)
        await store.start()
        question = "SELECT pg_backend_pid()"
        first = await store.read(lambda connection: connection.exec_driver_sql(question).scalar())
        killer = await asyncpg.connect(postgresql_url)
        await killer.execute("SELECT pg_terminate_backend($1)", first)
        await killer.close()
        second = await store.read(lambda connection: connection.exec_driver_sql(question).scalar())
        assert second != first
        await store.close()

    async def test_store_stops_when_another_owned_the_database_meanwhile(self, postgresql_url: str) -> None:
        failures: list[BaseException] = []
        store = Store(postgresql_url, on_failure=failures.append)
        await store.start()
        await store.write(metadata.create_all)
        await break_connection(postgresql_url, store)
        other = Store(postgresql_url)
        await other.start()
        await other.close()
        with pytest.raises(StoreFailed):
            await store.write(metadata.create_all)
        assert isinstance(failures[0], OwnershipLost)
        await store.close()

    async def test_store_stops_when_another_owns_the_database_now(
        self, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgresql, "RECONNECT_SECONDS", 0.0)
        failures: list[BaseException] = []
        store = Store(postgresql_url, on_failure=failures.append)
        await store.start()
        await store.write(metadata.create_all)
        await break_connection(postgresql_url, store)
        other = Store(postgresql_url)
        await other.start()
        store.add(STORE_ENVELOPE, (1, None))
        with pytest.raises(StoreFailed):
            await store.flushed()
        assert isinstance(failures[0], DatabaseInUse)
        await asyncio.gather(store.close(), other.close())


class TestAddress:
    @pytest.mark.parametrize(
        "address",
        ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "store.db", "sqlite:///file:x?mode=memory&uri=true"],
    )
    def test_address_that_is_neither_a_file_nor_postgresql_is_refused(self, address: str) -> None:
        with pytest.raises(UnsupportedUrl, match="sqlite:///"):
            Store(address)

    def test_refusal_does_not_repeat_a_password(self) -> None:
        with pytest.raises(UnsupportedUrl) as refusal:
            Store("mysql://root:geheim@localhost/x")
        assert "geheim" not in str(refusal.value)

    def test_tls_is_asked_for_in_the_words_of_every_client(self) -> None:
        store = Store("postgresql://someone@db.example/x?sslmode=require&application_name=y")
        assert isinstance(store._engine, postgresql.PostgresqlEngine)
        assert dict(store._engine._writing.url.query) == {"application_name": "y", "ssl": "require"}
