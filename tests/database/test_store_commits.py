"""The hot path: rows in, one commit for many, callbacks after it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, func, select
from tests.support.envelopes_table import (
    FORGET_ENVELOPE,
    MOVE_STATUS,
    STORE_ENVELOPE,
    STORE_RATCHET,
    envelopes,
    metadata,
    seen_by_others,
    turns_of_the_loop,
    until,
    writers_held_up,
)

from handschlag.database.errors import StoreClosed
from handschlag.database.store import Store


class TestDurability:
    async def test_callback_runs_only_when_others_can_see_the_row(self, store: Store, url: str) -> None:
        seen: list[object] = []
        store.add(STORE_ENVELOPE, (1, "anna"))
        store.after(lambda query: seen.append(seen_by_others(url, query)), "SELECT id, sender FROM envelopes")
        await store.flushed()
        assert seen == [[(1, "anna")]]

    async def test_nothing_is_reported_while_the_commit_is_held_up(self, store: Store, url: str) -> None:
        reported: list[str] = []
        async with writers_held_up(url) as let_go:
            store.add(STORE_ENVELOPE, (1, "anna"))
            store.after(reported.append, "stored")
            flushed = asyncio.ensure_future(store.flushed())
            await until(lambda: store._running is not None)
            await turns_of_the_loop()
            assert reported == []
            assert not flushed.done()
            assert store.queue_depth == 1
            await let_go()
            await flushed
        assert reported == ["stored"]
        assert store.queue_depth == 0

    async def test_callbacks_come_in_the_order_they_were_added(self, store: Store) -> None:
        order: list[int] = []
        for number in range(200):
            store.add(STORE_ENVELOPE, (number, None))
            store.after(order.append, number)
            if number % 17 == 0:
                await asyncio.sleep(0)
        await store.flushed()
        assert order == list(range(200))

    async def test_callback_without_a_row_waits_for_the_rows_before_it(self, store: Store, url: str) -> None:
        order: list[str] = []
        async with writers_held_up(url) as let_go:
            store.add(STORE_ENVELOPE, (1, None))
            store.after(order.append, "row")
            await until(lambda: store._running is not None)
            store.after(order.append, "no row")
            await turns_of_the_loop()
            assert order == []
            await let_go()
            await store.flushed()
        assert order == ["row", "no row"]

    async def test_one_failing_callback_keeps_no_other_from_hearing(self, store: Store) -> None:
        told: list[dict[str, object]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        heard: list[int] = []
        store.add(STORE_ENVELOPE, (1, None))
        store.after(lambda numbers: numbers.remove(5), [1])
        store.after(heard.append, 1)
        await store.flushed()
        assert heard == [1]
        assert isinstance(told[0]["exception"], ValueError)

    async def test_row_added_by_a_callback_is_committed_too(self, store: Store, url: str) -> None:
        store.add(STORE_ENVELOPE, (1, None))
        store.after(lambda row: store.add(STORE_ENVELOPE, row), (2, None))
        await store.flushed()
        await store.flushed()
        assert seen_by_others(url, "SELECT id FROM envelopes ORDER BY id") == [(1,), (2,)]

    async def test_every_commit_is_flushed_to_disk(self, store: Store, url: str) -> None:
        def durability(connection: Connection) -> list[object]:
            questions = ["PRAGMA synchronous", "PRAGMA journal_mode", "PRAGMA foreign_keys"]
            if not url.startswith("sqlite"):
                questions = ["SHOW synchronous_commit", "SHOW fsync"]
            return [connection.exec_driver_sql(question).scalar() for question in questions]

        assert await store.write(durability) == ([2, "wal", 1] if url.startswith("sqlite") else ["on", "on"])


class TestGrouping:
    async def test_rows_of_one_turn_are_one_commit(self, store: Store) -> None:
        commits = store.commits
        for number in range(100):
            store.add(STORE_ENVELOPE, (number, None))
            store.add(STORE_RATCHET, ("anna", "phone", number))
        await store.flushed()
        assert store.commits == commits + 1
        assert store.rows == 200

    async def test_rows_that_come_while_a_commit_runs_share_the_next(self, store: Store, url: str) -> None:
        async with writers_held_up(url) as let_go:
            store.add(STORE_ENVELOPE, (0, None))
            await until(lambda: store._running is not None)
            for number in range(1, 100):
                store.add(STORE_ENVELOPE, (number, None))
                await asyncio.sleep(0)
            await let_go()
            await store.flushed()
        assert store.commits == 2
        assert seen_by_others(url, "SELECT count(*) FROM envelopes") == [(100,)]

    async def test_rows_added_together_are_never_seen_apart(self, store: Store, url: str) -> None:
        apart: list[object] = []

        def look(_: None) -> None:
            (counted,) = seen_by_others(url, "SELECT (SELECT count(*) FROM envelopes), (SELECT step FROM ratchets)")
            if counted[0] != counted[1]:
                apart.append(counted)

        for number in range(1, 20):
            store.add(STORE_ENVELOPE, (number, None))
            store.add(STORE_RATCHET, ("anna", "phone", number))
            store.after(look, None)
            await asyncio.sleep(0.001)
        await store.flushed()
        assert apart == []

    async def test_idle_store_commits_without_waiting_for_the_window(self, store: Store, url: str) -> None:
        await store.close()
        patient = Store(url, window=3600)
        await patient.start()
        async with asyncio.timeout(20):
            patient.add(STORE_ENVELOPE, (1, None))
            await patient.flushed()
        await patient.close()

    async def test_busy_store_leaves_the_window_between_commits(self, store: Store, url: str) -> None:
        await store.close()
        patient = Store(url, window=0.2)
        await patient.start()
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number in range(3):
            patient.add(STORE_ENVELOPE, (number, None))
            await patient.flushed()
        assert loop.time() - began >= 0.35
        await patient.close()

    async def test_flood_of_fifty_thousand_rows_is_stored_whole(self, store: Store, url: str) -> None:
        for number in range(50_000):
            store.add(STORE_ENVELOPE, (number, f"sender {number % 7}"))
        await store.flushed()
        for number in range(0, 50_000, 2):
            store.add(FORGET_ENVELOPE, (number,))
        for number in range(1, 50_000, 2):
            store.add(MOVE_STATUS, (number, number % 3))
        await store.flushed()
        assert store.commits == 2
        expected = [(25_000, 1, sum(number % 3 for number in range(1, 50_000, 2)))]
        assert seen_by_others(url, "SELECT count(*), min(id), sum(status) FROM envelopes") == expected


class TestBeforeCommit:
    async def test_rows_of_the_hook_are_in_the_same_commit(self, store: Store, url: str) -> None:
        dirty = {"phone": 0}

        def store_ratchets() -> None:
            while dirty:
                store.add(STORE_RATCHET, ("anna", *dirty.popitem()))

        store.before_commit(store_ratchets)
        seen: list[object] = []
        for number in range(1, 4):
            store.add(STORE_ENVELOPE, (number, None))
            dirty["phone"] = number
            store.after(lambda query: seen.append(seen_by_others(url, query)), "SELECT step FROM ratchets")
            await store.flushed()
        assert seen == [[(1,)], [(2,)], [(3,)]]
        assert store.commits == 3

    async def test_hook_also_runs_for_rows_that_a_cold_write_pushes_ahead(self, store: Store) -> None:
        store.before_commit(lambda: store.add(STORE_RATCHET, ("anna", "phone", 7)))
        store.add(STORE_ENVELOPE, (1, None))
        seen = await store.write(lambda connection: connection.exec_driver_sql("SELECT step FROM ratchets").all())
        assert [tuple(row) for row in seen] == [(7,)]

    async def test_hook_is_not_called_for_nothing(self, store: Store) -> None:
        calls: list[None] = []
        store.before_commit(lambda: calls.append(None))
        await store.flushed()
        await store.read(lambda connection: connection.scalar(select(func.count()).select_from(envelopes)))
        assert calls == []


class TestOpenAndClosed:
    async def test_closing_commits_what_was_added(self, url: str) -> None:
        store = Store(url)
        await store.start()
        await store.write(metadata.create_all)
        store.add(STORE_ENVELOPE, (1, None))
        store.after(lambda row: store.add(STORE_ENVELOPE, row), (2, None))
        await store.close()
        assert seen_by_others(url, "SELECT id FROM envelopes ORDER BY id") == [(1,), (2,)]

    async def test_closed_store_takes_nothing(self, url: str) -> None:
        store = Store(url)
        await store.start()
        await store.close()
        with pytest.raises(StoreClosed):
            store.add(STORE_ENVELOPE, (1, None))
        with pytest.raises(StoreClosed):
            await store.write(metadata.create_all)
        with pytest.raises(StoreClosed):
            await store.flushed()
        await store.close()

    async def test_store_that_was_not_started_takes_nothing(self, url: str) -> None:
        store = Store(url)
        with pytest.raises(StoreClosed):
            store.add(STORE_ENVELOPE, (1, None))
        with pytest.raises(StoreClosed):
            await store.read(lambda connection: connection.exec_driver_sql("SELECT 1").scalar())

    async def test_waiting_with_nothing_under_way_returns_at_once(self, store: Store) -> None:
        commits = store.commits
        await store.flushed()
        assert store.commits == commits

    async def test_figures_say_what_was_done(self, store: Store) -> None:
        store.add(STORE_ENVELOPE, (1, None))
        store.add(STORE_ENVELOPE, (2, None))
        assert store.queue_depth == 2
        await store.flushed()
        assert (store.commits, store.rows, store.queue_depth) == (1, 2, 0)
        assert 0 < store.last_commit_seconds < 20
