"""The cold path: functions in the writer, and functions that read."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from tests.support.envelopes_table import STORE_ENVELOPE, envelopes, seen_by_others, until, writers_held_up

from handschlag.database.store import Store


def count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(envelopes)) or 0


def store_one(connection: Connection) -> str:
    connection.execute(insert(envelopes), [{"id": 1, "sender": "anna"}])
    return "stored"


class TestWrite:
    async def test_result_comes_when_it_is_committed(self, store: Store, url: str) -> None:
        assert await store.write(store_one) == "stored"
        assert seen_by_others(url, "SELECT id FROM envelopes") == [(1,)]

    async def test_function_sees_what_was_added_before_and_not_what_comes_after(self, store: Store) -> None:
        store.add(STORE_ENVELOPE, (1, None))
        first = asyncio.ensure_future(store.write(count))
        await asyncio.sleep(0)
        store.add(STORE_ENVELOPE, (2, None))
        second = asyncio.ensure_future(store.write(count))
        await asyncio.sleep(0)
        store.add(STORE_ENVELOPE, (3, None))
        assert [await first, await second] == [1, 2]

    async def test_failing_function_leaves_nothing_and_tells_its_caller(self, store: Store, url: str) -> None:
        def half(connection: Connection) -> None:
            store_one(connection)
            raise LookupError("no such company")

        store.add(STORE_ENVELOPE, (5, None))
        with pytest.raises(LookupError, match="no such company"):
            await store.write(half)
        store.add(STORE_ENVELOPE, (6, None))
        await store.flushed()
        assert seen_by_others(url, "SELECT id FROM envelopes ORDER BY id") == [(5,), (6,)]

    async def test_function_that_breaks_a_constraint_stops_only_itself(self, store: Store) -> None:
        await store.write(store_one)
        with pytest.raises(IntegrityError):
            await store.write(store_one)
        assert await store.write(count) == 1

    async def test_many_functions_at_once_run_one_after_the_other(self, store: Store) -> None:
        def append(connection: Connection) -> int:
            number = count(connection)
            connection.execute(insert(envelopes).values(id=number))
            return number

        numbers = await asyncio.gather(*(store.write(append) for _ in range(50)))
        assert numbers == list(range(50))

    async def test_caller_who_gives_up_does_not_stop_the_function(self, store: Store, url: str) -> None:
        async with writers_held_up(url) as let_go:
            caller = asyncio.ensure_future(store.write(store_one))
            await until(lambda: store._running is not None)
            caller.cancel()
            with pytest.raises(asyncio.CancelledError):
                await caller
            await let_go()
        assert await store.write(count) == 1

    async def test_waiting_includes_functions(self, store: Store, url: str) -> None:
        writing = asyncio.ensure_future(store.write(store_one))
        await asyncio.sleep(0)
        await store.flushed()
        assert seen_by_others(url, "SELECT id FROM envelopes") == [(1,)]
        await writing


class TestRead:
    async def test_reader_sees_what_is_committed(self, store: Store) -> None:
        store.add(STORE_ENVELOPE, (1, None))
        await store.flushed()
        assert await store.read(count) == 1

    async def test_reader_does_not_wait_for_the_writer(self, store: Store, url: str) -> None:
        async with writers_held_up(url) as let_go:
            store.add(STORE_ENVELOPE, (1, None))
            await until(lambda: store._running is not None)
            assert await store.read(count) == 0
            await let_go()
            await store.flushed()

    async def test_reader_cannot_write(self, store: Store) -> None:
        with pytest.raises(DBAPIError):
            await store.read(store_one)
        assert await store.read(count) == 0

    async def test_more_readers_than_connections_all_get_their_answer(self, store: Store) -> None:
        assert await asyncio.gather(*(store.read(count) for _ in range(40))) == [0] * 40
