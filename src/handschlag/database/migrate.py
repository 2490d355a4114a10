"""Runs migrations with Alembic, and says where a schema differs from the tables in the code.

A room's migrations folder is an ordinary Alembic one: `env.py`, `script.py.mako`, `versions/`. Its `env.py` is two lines:

    from handschlag.database.migrate import run_environment
    run_environment(metadata)

A migration runs alone, before the store starts, and in one transaction on both databases: one that fails leaves nothing behind. SQLite
does not enforce foreign keys meanwhile, because a table that is rebuilt would take its children with it; they are checked before the
commit instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from handschlag.database.errors import BrokenReferences
from handschlag.database.owner import as_owner

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, MetaData


async def schema_differences(url: str, metadata: MetaData) -> list[str]:
    """Return how the database's schema differs from the tables, one line for each difference."""
    return await as_owner(url, lambda connection: _differences(connection, metadata))


async def draft_migration(url: str, folder: Path, message: str) -> None:
    """Write a new migration into the folder, from what the tables have and the (newest) database has not."""

    def draft(connection: Connection) -> None:
        with connection.begin():
            command.revision(_config(folder, connection), message, autogenerate=True)

    await as_owner(url, draft)


def run_environment(metadata: MetaData) -> None:
    """Do what an Alembic `env.py` does, on the connection that this module opened."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        raise RuntimeError("these migrations run through handschlag.database.migrate, not through the alembic command")
    # Rebuilding a table is the only way SQLite has to change a column; PostgreSQL changes it in place.
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


def run_migrations(connection: Connection, folder: Path) -> bool:
    """Run the migrations in the folder that this database has not seen; return whether there were any."""
    config = _config(folder, connection)
    with connection.begin():
        heads = MigrationContext.configure(connection).get_current_heads()
    if set(heads) == set(ScriptDirectory.from_config(config).get_heads()):
        return False
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        _driver(connection).execute("PRAGMA foreign_keys = OFF")
    with connection.begin():
        command.upgrade(config, "head")
        if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            tables = sorted({row[0] for row in broken})
            raise BrokenReferences(
                f"{len(broken)} rows in {', '.join(tables)} would point at nothing after the migration"
            )
    return True


def _differences(connection: Connection, metadata: MetaData) -> list[str]:
    with connection.begin():
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    return [str(difference) for difference in found]


def _config(folder: Path, connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
