"""Statements for the hot path: many rows in one statement, compiled once per database from Core.

A hot statement is made from a table at import and knows no database. At its first use it is compiled for the database it meets; from
then on a batch costs one call on PostgreSQL (UNNEST of one array per column), and on SQLite one call for each power of two that the
number of rows is made of.

Rows are plain tuples, in the order of the columns the statement was made with; NULL is None. Values go to the driver as they are:
`default=` functions and types with conversions of their own do not run, so columns that need them are refused.

Rows of *one* statement take effect in the order they were added, also when two of them name the same key. *Different* statements of one
commit run one after the other: see `Store.add` for what that forbids.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Float,
    Integer,
    LargeBinary,
    String,
    and_,
    any_,
    bindparam,
    column,
    delete,
    func,
    literal_column,
    or_,
    select,
    update,
    values,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BindParameter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Column, ColumnElement, Dialect, FromClause, Table
    from sqlalchemy.engine.interfaces import DBAPICursor
    from sqlalchemy.sql.base import ReadOnlyColumnCollection
    from sqlalchemy.sql.dml import UpdateBase

    Columns: TypeAlias = ReadOnlyColumnCollection[str, Any]
    Condition: TypeAlias = Callable[[Columns, Columns], ColumnElement[bool]]

Row: TypeAlias = tuple[object, ...]
Conflict: TypeAlias = Literal["ignore"] | tuple[Literal["update"], tuple[str, ...], tuple[str, ...]] | None

# More rows in one statement save little (1.2 µs a row at 64), and each size is compiled once and kept prepared.
LARGEST_CHUNK = 64
# Values of these types are the same in Core, in both drivers and in both databases.
PORTABLE_TYPES = (Integer, BigInteger, Float, String, LargeBinary, Boolean)


class HotStatement(ABC):
    """A statement that takes its rows from `Store.add`; made by `insert_rows`, `delete_rows` or `update_rows`."""

    def __init__(self, table: Table, columns: Sequence[str], *, once: Sequence[str] = ()) -> None:
        """`once` names the columns by which one statement may meet a row only once; rows that repeat them run after one another."""
        self.table = table
        self.columns = [_portable_column(table, name) for name in columns]
        if not columns or len(set(columns)) != len(columns):
            raise ValueError(f"a statement on {table.name} needs columns, each once, got {list(columns)}")
        self._sqlite: _Repeatable | None = None
        self._postgresql_text: str | None = None
        self._key = itemgetter(*(columns.index(name) for name in once)) if once else None
        self._texts = [number for number, column in enumerate(self.columns) if isinstance(column.type, String)]

    def run(self, cursor: DBAPICursor, dialect: Dialect, rows: list[Row]) -> None:
        """Write the rows inside the transaction that was begun.

        On the driver's cursor, because a call through SQLAlchemy costs 10 µs more and a commit makes one for each statement.
        """
        if dialect.name == "sqlite":
            write = self._run_sqlite
        else:
            write = self._run_postgresql
            rows = _without_nul(rows, self._texts)
        if self._key is None or len(set(map(self._key, rows))) == len(rows):
            write(cursor, dialect, rows)
            return
        for unique_rows in _in_rounds(rows, self._key):
            write(cursor, dialect, unique_rows)

    @abstractmethod
    def _for_sqlite(self, count: int) -> UpdateBase:
        """Build the statement with a parameter `<column>_<number of the row>` for each value of `count` rows."""

    @abstractmethod
    def _for_postgresql(self) -> UpdateBase:
        """Build the statement with a parameter `<column>` for each column's array of values."""

    def _run_sqlite(self, cursor: DBAPICursor, dialect: Dialect, rows: list[Row]) -> None:
        if self._sqlite is None:
            self._sqlite = _Repeatable(self._for_sqlite, self.columns, dialect)
        for start in range(0, len(rows), LARGEST_CHUNK):
            chunk = rows[start : start + LARGEST_CHUNK]
            cursor.execute(self._sqlite.text(len(chunk)), tuple(chain.from_iterable(chunk)))

    def _run_postgresql(self, cursor: DBAPICursor, dialect: Dialect, rows: list[Row]) -> None:
        text = self._postgresql_text
        if text is None:
            text = self._postgresql_text = _compiled(self._for_postgresql(), dialect, [c.name for c in self.columns])
        cursor.execute(text, tuple(map(list, zip(*rows, strict=True))))

    def _parameters(self, number: int) -> list[BindParameter[Any]]:
        return [bindparam(f"{c.name}_{number}", type_=c.type) for c in self.columns]

    def _arrays(self) -> list[BindParameter[Any]]:
        return [bindparam(c.name, type_=ARRAY(c.type)) for c in self.columns]

    def _unnested(self) -> FromClause:
        names = [column(c.name, c.type) for c in self.columns]
        return func.unnest(*self._arrays()).table_valued(*names, name="new").render_derived()


class _Repeatable:
    """A statement for any number of rows, whose text is compiled for a few and continued by repetition.

    Compiling costs 34 µs a row, which is too much to do anew for each number of rows a batch may have.
    """

    def __init__(self, build: Callable[[int], UpdateBase], columns: Sequence[Column[Any]], dialect: Dialect) -> None:
        one, two, three = (
            _compiled(build(count), dialect, [f"{c.name}_{number}" for number in range(count) for c in columns])
            for count in (1, 2, 3)
        )
        split = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), len(one))
        self._head, self._tail = one[:split], one[split:]
        self._row = two[split : split + len(two) - len(one)]
        self._texts = {1: one}
        if self.text(2) != two or self.text(3) != three:
            raise TypeError(f"a statement with more rows is not a repetition of one with few: {three}")

    def text(self, count: int) -> str:
        """Return the statement for this number of rows."""
        found = self._texts.get(count)
        if found is None:
            found = self._texts[count] = self._head + self._row * (count - 1) + self._tail
        return found


class _InsertRows(HotStatement):
    def __init__(self, table: Table, columns: Sequence[str], on_conflict: Conflict) -> None:
        # PostgreSQL refuses to update a row twice in one statement.
        super().__init__(table, columns, once=on_conflict[1] if isinstance(on_conflict, tuple) else ())
        _refuse_python_values(table, {c.name for c in table.columns if c.default is not None} - set(columns))
        self._on_conflict = on_conflict

    def _for_sqlite(self, count: int) -> UpdateBase:
        rows = [
            dict(zip((c.name for c in self.columns), self._parameters(number), strict=True)) for number in range(count)
        ]
        return self._resolving(sqlite.insert(self.table).inline().values(rows))

    def _for_postgresql(self) -> UpdateBase:
        new = self._unnested()
        names = [c.name for c in self.columns]
        return self._resolving(
            postgresql.insert(self.table).inline().from_select(names, select(*new.c), include_defaults=False)
        )

    def _resolving(self, statement: sqlite.Insert | postgresql.Insert) -> UpdateBase:
        if self._on_conflict is None:
            return statement
        if self._on_conflict == "ignore":
            return statement.on_conflict_do_nothing()
        _, keys, changed = self._on_conflict
        return statement.on_conflict_do_update(
            index_elements=keys, set_={name: statement.excluded[name] for name in changed}
        )


class _DeleteRows(HotStatement):
    def _for_sqlite(self, count: int) -> UpdateBase:
        rows = [self._parameters(number) for number in range(count)]
        if len(self.columns) == 1:
            return delete(self.table).where(self.columns[0].in_([row[0] for row in rows]))
        # (a, b) IN (VALUES …) would scan the whole table; OR over the index finds each row.
        return delete(self.table).where(
            or_(*(and_(*(c == value for c, value in zip(self.columns, row, strict=True))) for row in rows))
        )

    def _for_postgresql(self) -> UpdateBase:
        if len(self.columns) == 1:
            return delete(self.table).where(self.columns[0] == any_(self._arrays()[0]))
        old = self._unnested()
        return delete(self.table).where(*(c == old.c[c.name] for c in self.columns))


class _UpdateRows(HotStatement):
    def __init__(self, table: Table, key: Sequence[str], changed: Sequence[str], condition: Condition | None) -> None:
        # UPDATE … FROM would take any one of several rows for the same key.
        super().__init__(table, [*key, *changed], once=key)
        _refuse_python_values(table, {c.name for c in table.columns if c.onupdate is not None} - set(changed))
        self._keys = self.columns[: len(key)]
        self._changed = self.columns[len(key) :]
        self._condition = condition

    def _for_sqlite(self, count: int) -> UpdateBase:
        names = [column(c.name, c.type) for c in self.columns]
        rows = [tuple(self._parameters(number)) for number in range(count)]
        return self._changing(values(*names, name="new").data(rows).cte("new"))

    def _for_postgresql(self) -> UpdateBase:
        return self._changing(self._unnested())

    def _changing(self, new: FromClause) -> UpdateBase:
        statement = update(self.table).where(*(c == new.c[c.name] for c in self._keys))
        if self._condition is not None:
            statement = statement.where(_without_parameters(self._condition(self.table.c, new.c)))
        return statement.values({c.name: new.c[c.name] for c in self._changed})


def insert_rows(table: Table, *columns: str, on_conflict: Conflict = None) -> HotStatement:
    """Insert rows of these columns.

    `on_conflict` keeps the row that is there ("ignore"), or changes it: `("update", key_columns, set_columns)`. Without it, a row that
    is there already fails the commit, and with it the store.
    """
    return _InsertRows(table, columns, on_conflict)


def delete_rows(table: Table, *key_columns: str) -> HotStatement:
    """Delete the rows that match in all of these columns; keys that match nothing are passed over."""
    return _DeleteRows(table, key_columns)


def update_rows(
    table: Table,
    *,
    key: Sequence[str],
    set: Sequence[str],  # noqa: A002 - the word SQL uses
    condition: Condition | None = None,
) -> HotStatement:
    """Change the columns `set` of the row with this key; a row is `(*key values, *new values)`.

    `condition` gets the table's columns and the new values' columns and says when to change:
    `lambda current, new: current.status < new.status`.
    """
    return _UpdateRows(table, key, set, condition)


def _portable_column(table: Table, name: str) -> Column[Any]:
    found = table.c[name]
    if not isinstance(found.type, PORTABLE_TYPES) or found.type.__class__.__module__.startswith("sqlalchemy.dialects"):
        allowed = ", ".join(t.__name__ for t in PORTABLE_TYPES)
        raise TypeError(f"{table.name}.{name} is {found.type!r}: a hot statement takes only {allowed}")
    return found


def _refuse_python_values(table: Table, columns: set[str]) -> None:
    if columns:
        names = ", ".join(sorted(columns))
        raise TypeError(
            f"{table.name}: SQLAlchemy would compute {names}, a hot statement cannot: name it, or use server_default"
        )


def _without_nul(rows: list[Row], texts: list[int]) -> list[Row]:
    """Return the rows with U+FFFD in place of U+0000, which PostgreSQL keeps in no text.

    Anybody may write one, in a name or in a callback's data; a row that PostgreSQL refuses would end the store.
    """
    for number in texts:
        if any("\0" in text for row in rows if isinstance(text := row[number], str)):
            rows = [(*row[:number], _readable(row[number]), *row[number + 1 :]) for row in rows]
    return rows


def _readable(text: object) -> object:
    return text.replace("\0", "\ufffd") if isinstance(text, str) else text


def _in_rounds(rows: list[Row], key: Callable[[Row], object]) -> list[list[Row]]:
    """Split rows so that no key appears twice in a round, and a key's later rows come in later rounds."""
    rounds: list[list[Row]] = []
    seen: dict[object, int] = {}
    for row in rows:
        name = key(row)
        number = seen[name] = seen.get(name, -1) + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(row)
    return rounds


def _compiled(statement: UpdateBase, dialect: Dialect, names: list[str]) -> str:
    """Return the statement's text, sure that its parameters are exactly these in this order."""
    compiled = statement.compile(dialect=dialect)
    found = getattr(compiled, "positiontup", None)
    if found != names:
        raise TypeError(f"a hot statement's parameters are {names}, and the compiled text asks for {found}")
    return str(compiled)


def _without_parameters(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Write constants of a condition into its text, since each parameter belongs to a row."""

    def as_text(element: Any, **_: object) -> Any:
        if not isinstance(element, BindParameter):
            return None
        text = str(element.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
        return literal_column(text, element.type)

    replaced: ColumnElement[bool] = visitors.replacement_traverse(condition, {}, as_text)
    return replaced
