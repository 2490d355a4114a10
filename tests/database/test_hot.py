"""Hot statements: many rows in one statement, the same in both databases."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects import sqlite
from tests.support.envelopes_table import (
    FORGET_ENVELOPE,
    MOVE_STATUS,
    STORE_ENVELOPE,
    STORE_RATCHET,
    envelopes,
    ratchets,
    seen_by_others,
)

from handschlag.database.errors import StoreFailed
from handschlag.database.hot import HotStatement, delete_rows, insert_rows, update_rows
from handschlag.database.store import Store

Row = tuple[Any, ...]


async def written(store: Store, statement: HotStatement, rows: list[Row]) -> None:
    for row in rows:
        store.add(statement, row)
    await store.flushed()


class TestInsert:
    async def test_every_portable_type_comes_back_as_it_was(self, store: Store) -> None:
        names = [column.name for column in envelopes.columns]
        rows = [
            (2**62, "Grüße\n'\"\\ %s $1 ?", -5, bytes(range(256)), True, 0.1),
            (-1, "", 0, b"", False, -1e300),
            (3, None, 2, None, None, None),
        ]
        await written(store, insert_rows(envelopes, *names), rows)
        found = await store.read(lambda connection: connection.execute(envelopes.select()).all())
        assert sorted(map(tuple, found)) == sorted(rows)

    async def test_a_character_that_postgresql_keeps_in_no_text_does_not_end_the_store(
        self, store: Store, url: str
    ) -> None:
        await written(store, STORE_ENVELOPE, [(1, "Anna\0Müller"), (2, None), (3, "Bert")])
        await written(store, STORE_ENVELOPE, [(4, "after")])
        kept = "Anna\0Müller" if url.startswith("sqlite") else "Anna\ufffdMüller"
        found = seen_by_others(url, "SELECT id, sender FROM envelopes ORDER BY id")
        assert found == [(1, kept), (2, None), (3, "Bert"), (4, "after")]

    @pytest.mark.parametrize("count", [1, 2, 3, 63, 64, 65, 130])
    async def test_any_number_of_rows_is_stored(self, store: Store, url: str, count: int) -> None:
        await written(store, STORE_ENVELOPE, [(number, f"s{number}") for number in range(count)])
        found = seen_by_others(url, "SELECT id, sender FROM envelopes ORDER BY id")
        assert found == [(number, f"s{number}") for number in range(count)]

    async def test_columns_that_are_not_named_get_the_default_of_the_database(self, store: Store, url: str) -> None:
        await written(store, STORE_ENVELOPE, [(1, None)])
        assert seen_by_others(url, "SELECT status FROM envelopes") == [(0,)]

    async def test_row_that_is_there_is_kept_when_conflicts_are_ignored(self, store: Store, url: str) -> None:
        keep_first = insert_rows(envelopes, "id", "sender", on_conflict="ignore")
        await written(store, keep_first, [(1, "first"), (1, "second"), (2, "other")])
        await written(store, keep_first, [(1, "third")])
        assert seen_by_others(url, "SELECT id, sender FROM envelopes ORDER BY id") == [(1, "first"), (2, "other")]

    async def test_last_row_of_a_key_wins_when_conflicts_update(self, store: Store, url: str) -> None:
        await written(store, STORE_RATCHET, [("anna", "phone", 1), ("bert", "phone", 1), ("anna", "phone", 2)])
        await written(store, STORE_RATCHET, [("bert", "phone", 5), ("bert", "phone", 4)])
        found = seen_by_others(url, "SELECT account, step FROM ratchets ORDER BY account")
        assert found == [("anna", 2), ("bert", 4)]


class TestDelete:
    async def test_rows_are_deleted_by_key_and_unknown_keys_passed_over(self, store: Store, url: str) -> None:
        await written(store, STORE_ENVELOPE, [(number, None) for number in range(200)])
        await written(store, FORGET_ENVELOPE, [(number,) for number in range(0, 400, 2)])
        assert seen_by_others(url, "SELECT count(*), sum(id % 2) FROM envelopes") == [(100, 100)]

    async def test_all_columns_of_the_key_must_match(self, store: Store, url: str) -> None:
        rows = [(f"a{number % 10}", f"d{number}", number) for number in range(100)]
        await written(store, STORE_RATCHET, rows)
        forget = delete_rows(ratchets, "account", "device")
        await written(store, forget, [("a1", "d1"), ("a1", "d2"), ("a3", "d3"), ("a3", "d3"), (None, "d4")])
        found = seen_by_others(url, "SELECT step FROM ratchets ORDER BY step")
        assert found == [(number,) for number in range(100) if number not in (1, 3)]


class TestUpdate:
    async def test_row_with_the_key_is_changed(self, store: Store, url: str) -> None:
        await written(store, STORE_ENVELOPE, [(number, "old") for number in range(100)])
        rename = update_rows(envelopes, key=("id",), set=("sender", "body"))
        await written(store, rename, [(number, f"new {number}", b"x") for number in range(50, 150)])
        found = seen_by_others(url, "SELECT id, sender, body FROM envelopes WHERE id IN (49, 50, 99, 149) ORDER BY id")
        assert found == [(49, "old", None), (50, "new 50", b"x"), (99, "new 99", b"x")]

    async def test_null_is_written_and_never_matches(self, store: Store, url: str) -> None:
        await written(store, STORE_ENVELOPE, [(1, "anna"), (2, None)])
        await written(store, update_rows(envelopes, key=("id",), set=("sender",)), [(1, None)])
        await written(store, update_rows(envelopes, key=("sender",), set=("status",)), [(None, 9)])
        assert seen_by_others(url, "SELECT sender, status FROM envelopes") == [(None, 0), (None, 0)]

    async def test_status_never_goes_back_in_whatever_order_it_arrives(self, store: Store, url: str) -> None:
        await written(store, STORE_ENVELOPE, [(1, None), (2, None), (3, None)])
        await written(store, MOVE_STATUS, [(1, 1), (1, 3), (1, 2), (2, 3)])
        await written(store, MOVE_STATUS, [(2, 1), (3, 1), (3, 2)])
        assert seen_by_others(url, "SELECT id, status FROM envelopes ORDER BY id") == [(1, 3), (2, 3), (3, 2)]

    async def test_condition_may_hold_constants(self, store: Store, url: str) -> None:
        named = update_rows(
            envelopes,
            key=("id",),
            set=("status",),
            condition=lambda current, new: (current.sender == "it's anna") & (new.status.in_([1, 2])),
        )
        await written(store, STORE_ENVELOPE, [(1, "it's anna"), (2, "bert"), (3, "it's anna")])
        await written(store, named, [(1, 1), (2, 1), (3, 3)])
        assert seen_by_others(url, "SELECT id, status FROM envelopes ORDER BY id") == [(1, 1), (2, 0), (3, 0)]

    async def test_key_of_several_columns_names_one_row(self, store: Store, url: str) -> None:
        await written(store, STORE_RATCHET, [("a", "x", 1), ("a", "y", 1), ("b", "x", 1)])
        await written(store, update_rows(ratchets, key=("account", "device"), set=("step",)), [("a", "y", 7)])
        found = seen_by_others(url, "SELECT account, device, step FROM ratchets ORDER BY account, device")
        assert found == [("a", "x", 1), ("a", "y", 7), ("b", "x", 1)]


class TestOrder:
    async def test_statements_run_in_the_order_they_were_first_added(self, store: Store, url: str) -> None:
        store.add(STORE_ENVELOPE, (1, None))
        store.add(MOVE_STATUS, (1, 1))
        store.add(STORE_ENVELOPE, (2, None))
        store.add(FORGET_ENVELOPE, (1,))
        store.add(MOVE_STATUS, (2, 2))
        await store.flushed()
        assert seen_by_others(url, "SELECT id, status FROM envelopes") == [(2, 2)]


class TestIndexes:
    @pytest.mark.parametrize(
        "statement",
        [
            FORGET_ENVELOPE,
            MOVE_STATUS,
            delete_rows(ratchets, "account", "device"),
            update_rows(ratchets, key=("account", "device"), set=("step",)),
        ],
    )
    def test_sqlite_finds_rows_by_index_and_never_reads_the_whole_table(self, statement: HotStatement) -> None:
        asked: list[tuple[str, Row]] = []

        class Cursor:
            def execute(self, text: str, values: Row) -> None:
                asked.append((text, values))

        statement.run(Cursor(), sqlite.dialect(), [tuple("x" for _ in statement.columns)] * 1)  # type: ignore[arg-type]
        statement._run_sqlite(Cursor(), sqlite.dialect(), [tuple("x" for _ in statement.columns)] * 40)  # type: ignore[arg-type]
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE TABLE envelopes (id BIGINT PRIMARY KEY, status INTEGER)")
        connection.execute(
            "CREATE TABLE ratchets (account TEXT, device TEXT, step BIGINT, PRIMARY KEY (account, device))"
        )
        assert len(asked) == 2
        for text, values in asked:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", values)]
            assert any(f"SEARCH {statement.table.name}" in step for step in plan), plan
            assert not any(f"SCAN {statement.table.name}" in step for step in plan), plan


class TestRefused:
    def test_type_with_a_conversion_of_its_own_is_refused(self) -> None:
        table = Table("dates", MetaData(), Column("at", DateTime))
        with pytest.raises(TypeError, match=r"dates\.at .*Integer"):
            insert_rows(table, "at")

    def test_column_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(KeyError, match="colour"):
            insert_rows(envelopes, "id", "colour")

    def test_same_column_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="each once"):
            insert_rows(envelopes, "id", "id")

    def test_value_that_only_python_would_compute_is_refused(self) -> None:
        table = Table(
            "counted",
            MetaData(),
            Column("id", BigInteger, primary_key=True),
            Column("n", Integer, default=7, onupdate=8),
        )
        with pytest.raises(TypeError, match=r"counted: .* n, .*server_default"):
            insert_rows(table, "id")
        with pytest.raises(TypeError, match="counted"):
            update_rows(table, key=("n",), set=("id",))
        insert_rows(table, "id", "n")
        update_rows(table, key=("id",), set=("n",))

    async def test_row_with_a_value_too_few_fails_the_commit(self, store: Store) -> None:
        store.add(STORE_ENVELOPE, (1, None))
        store.add(STORE_ENVELOPE, (2,))
        with pytest.raises(StoreFailed):
            await store.flushed()

    def test_text_of_a_table_with_percent_signs_and_question_marks_survives(self) -> None:
        odd = Table("odd", MetaData(), Column("100%", Integer, primary_key=True), Column("why?", Text))
        connection = sqlite3.connect(":memory:")
        connection.execute('CREATE TABLE odd ("100%" INTEGER PRIMARY KEY, "why?" TEXT)')
        insert_rows(odd, "100%", "why?").run(connection.cursor(), sqlite.dialect(), [(1, "a"), (2, "b")])  # type: ignore[arg-type]
        assert connection.execute("SELECT * FROM odd").fetchall() == [(1, "a"), (2, "b")]
