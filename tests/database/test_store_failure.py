"""A commit that fails ends the store: nothing is acknowledged, nothing is tried again."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from sqlalchemy import func, select
from tests.support.envelopes_table import STORE_ENVELOPE, envelopes, metadata, seen_by_others, until, writers_held_up

from handschlag.database.errors import StoreFailed
from handschlag.database.store import Store


class Told:
    """Collects what a failing store says."""

    def __init__(self) -> None:
        self.failures: list[BaseException] = []
        self.acknowledged: list[int] = []


@pytest.fixture
async def told() -> Told:
    return Told()


@pytest.fixture
async def failed(url: str, told: Told) -> Store:
    """A store that met a row that was there already."""
    store = Store(url, on_failure=told.failures.append)
    await store.start()
    await store.write(metadata.create_all)
    store.add(STORE_ENVELOPE, (1, "first"))
    await store.flushed()
    store.add(STORE_ENVELOPE, (2, "in the same commit"))
    store.add(STORE_ENVELOPE, (1, "again"))
    store.after(told.acknowledged.append, 1)
    with pytest.raises(StoreFailed) as error:
        await store.flushed()
    assert error.value.__cause__ is not None
    return store


async def test_nothing_of_a_failed_commit_is_acknowledged_or_stored(failed: Store, told: Told, url: str) -> None:
    await failed.close()
    assert told.acknowledged == []
    assert seen_by_others(url, "SELECT id, sender FROM envelopes") == [(1, "first")]


async def test_failure_is_reported_once(failed: Store, told: Told) -> None:
    with pytest.raises(StoreFailed):
        failed.add(STORE_ENVELOPE, (3, None))
    await failed.close()
    assert len(told.failures) == 1


async def test_failed_store_takes_nothing_more(failed: Store) -> None:
    with pytest.raises(StoreFailed):
        failed.add(STORE_ENVELOPE, (3, None))
    with pytest.raises(StoreFailed):
        failed.after(print, "never")
    with pytest.raises(StoreFailed):
        await failed.flushed()
    with pytest.raises(StoreFailed):
        await failed.write(metadata.create_all)
    await failed.close()


async def test_failed_store_still_answers_what_is_committed(failed: Store) -> None:
    count = await failed.read(lambda connection: connection.scalar(select(func.count()).select_from(envelopes)))
    assert count == 1
    await failed.close()


async def test_everyone_who_waited_behind_the_failed_commit_is_told(url: str, told: Told) -> None:
    store = Store(url, on_failure=told.failures.append)
    await store.start()
    await store.write(metadata.create_all)
    async with writers_held_up(url) as let_go:
        store.add(STORE_ENVELOPE, (1, None))
        store.add(STORE_ENVELOPE, (1, None))
        first = asyncio.ensure_future(store.flushed())
        await until(lambda: store._running is not None)
        store.add(STORE_ENVELOPE, (2, None))
        store.after(told.acknowledged.append, 2)
        second = asyncio.ensure_future(store.flushed())
        await asyncio.sleep(0)
        third = asyncio.ensure_future(store.write(metadata.create_all))
        await asyncio.sleep(0)
        await let_go()
        outcomes = await asyncio.gather(first, second, third, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StoreFailed] * 3
    assert told.acknowledged == []
    assert len(told.failures) == 1
    await store.close()
    assert seen_by_others(url, "SELECT count(*) FROM envelopes") == [(0,)]


async def test_failing_hook_stops_the_store_because_its_rows_would_be_missing(url: str, told: Told) -> None:
    store = Store(url, on_failure=told.failures.append)
    await store.start()
    await store.write(metadata.create_all)

    def seal_ratchets() -> None:
        raise OverflowError("a ratchet could not be sealed")

    store.before_commit(seal_ratchets)
    store.add(STORE_ENVELOPE, (1, None))
    with pytest.raises(StoreFailed):
        await store.flushed()
    assert isinstance(told.failures[0], OverflowError)
    await store.close()
    assert seen_by_others(url, "SELECT count(*) FROM envelopes") == [(0,)]


async def test_connection_that_breaks_in_the_middle_of_a_commit_is_not_tried_again(
    postgresql_url: str, told: Told
) -> None:
    store = Store(postgresql_url, on_failure=told.failures.append)
    await store.start()
    await store.write(metadata.create_all)
    async with writers_held_up(postgresql_url):
        store.add(STORE_ENVELOPE, (1, None))
        store.after(told.acknowledged.append, 1)
        flushed = asyncio.ensure_future(store.flushed())
        killer = await asyncpg.connect(postgresql_url)
        async with asyncio.timeout(20):
            while not await killer.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'handschlag-writer' AND datname = current_database() AND wait_event_type = 'Lock'"
            ):
                await asyncio.sleep(0.001)
        await killer.close()
        with pytest.raises(StoreFailed):
            await flushed
    assert told.acknowledged == []
    assert len(told.failures) == 1
    await store.close()
