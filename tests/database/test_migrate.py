"""Migrations bring a database to the newest schema, whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, Table, Text
from sqlalchemy.exc import DBAPIError
from tests.support.envelopes_table import seen_by_others

import handschlag
from handschlag.database.errors import BrokenReferences, DatabaseInUse
from handschlag.database.migrate import draft_migration, schema_differences
from handschlag.database.schema import is_newest, newest_revision, upgrade_schema
from handschlag.database.store import Store
from handschlag.database.visitor import Visitor

metadata = MetaData()
companies = Table(
    "companies", metadata, Column("id", BigInteger, primary_key=True), Column("name", Text, nullable=False)
)
contacts = Table(
    "contacts",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("company", BigInteger, ForeignKey("companies.id", ondelete="CASCADE"), nullable=False),
)

CREATE_TABLES = """
    op.create_table("companies", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("name", sa.Text()))
    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("company", sa.BigInteger(), sa.ForeignKey("companies.id", ondelete="CASCADE"), nullable=False),
    )
"""
NAME_IS_REQUIRED = """
    with op.batch_alter_table("companies") as batch:
        batch.alter_column("name", existing_type=sa.Text(), nullable=False)
"""
FAILS_AFTER_A_TABLE = """
    op.create_table("half", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.execute("INSERT INTO half VALUES (1)")
    op.execute("SELECT * FROM there_is_no_such_table")
"""


class Migrations:
    """A migrations folder that grows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "versions").mkdir(parents=True)
        (folder / "env.py").write_text(
            "from handschlag.database.migrate import run_environment\n"
            "from sqlalchemy import MetaData\n"
            "run_environment(MetaData())\n"
        )
        (folder / "script.py.mako").write_text(
            "revision, down_revision = ${repr(up_revision)}, ${repr(down_revision)}\n"
            "from alembic import op\nimport sqlalchemy as sa\n\n\n"
            "def upgrade():\n    ${upgrades if upgrades else 'pass'}\n"
        )
        self._count = 0

    def add(self, body: str) -> None:
        self._count += 1
        number = self._count
        before = f'"{number - 1:04}"' if number > 1 else None
        (self.folder / "versions" / f"{number:04}.py").write_text(
            f'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "{number:04}"\ndown_revision = {before}\n\n\n'
            f"def upgrade():\n    {dedent(body).strip().replace(chr(10), chr(10) + '    ')}\n"
        )


@pytest.fixture
def migrations(tmp_path: Path) -> Migrations:
    return Migrations(tmp_path / "migrations")


async def test_empty_database_gets_every_migration(url: str, migrations: Migrations) -> None:
    migrations.add(CREATE_TABLES)
    migrations.add(NAME_IS_REQUIRED)
    assert await upgrade_schema(url, migrations.folder) is True
    assert await schema_differences(url, metadata) == []


async def test_newest_schema_is_left_alone(url: str, migrations: Migrations) -> None:
    migrations.add(CREATE_TABLES)
    await upgrade_schema(url, migrations.folder)
    (migrations.folder / "env.py").write_text("raise AssertionError('there is nothing to run')\n")
    assert await upgrade_schema(url, migrations.folder) is False


async def test_changing_a_table_keeps_its_rows_and_those_that_point_at_it(url: str, migrations: Migrations) -> None:
    migrations.add(CREATE_TABLES)
    await upgrade_schema(url, migrations.folder)
    store = Store(url)
    await store.start()
    await store.write(lambda connection: connection.execute(companies.insert().values(id=1, name="Airline")))
    await store.write(lambda connection: connection.execute(contacts.insert().values(id=7, company=1)))
    await store.close()
    migrations.add(NAME_IS_REQUIRED)
    assert await upgrade_schema(url, migrations.folder) is True
    assert seen_by_others(url, "SELECT id, company FROM contacts") == [(7, 1)]
    assert await schema_differences(url, metadata) == []


async def test_failing_migration_leaves_nothing_behind(url: str, migrations: Migrations) -> None:
    migrations.add(CREATE_TABLES)
    migrations.add(FAILS_AFTER_A_TABLE)
    with pytest.raises(DBAPIError):
        await upgrade_schema(url, migrations.folder)
    differences = await schema_differences(url, metadata)
    assert len(differences) == 2
    assert all("add_table" in line for line in differences)


async def test_migration_that_orphans_rows_is_rolled_back(tmp_path: Path, migrations: Migrations) -> None:
    """PostgreSQL refuses by itself; SQLite does not look while foreign keys are off."""
    url = f"sqlite:///{tmp_path}/orphans.db"
    migrations.add(CREATE_TABLES)
    migrations.add('op.execute("INSERT INTO contacts VALUES (7, 404)")')
    with pytest.raises(BrokenReferences, match="1 rows in contacts"):
        await upgrade_schema(url, migrations.folder)
    assert len(await schema_differences(url, metadata)) == 2


async def test_database_of_a_running_store_is_not_migrated(
    store: Store, url: str, migrations: Migrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handschlag.database.postgresql.LOCK_SECONDS", 0.2)
    migrations.add(CREATE_TABLES)
    with pytest.raises(DatabaseInUse):
        await upgrade_schema(url, migrations.folder)


async def test_a_visitor_of_a_running_store_waits_for_nobody(
    url: str, migrations: Migrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations.add(CREATE_TABLES)
    visitor = Visitor(url)
    await visitor.upgrade(migrations.folder)
    store = Store(url)
    await store.start()
    monkeypatch.setattr("handschlag.database.postgresql.LOCK_SECONDS", 3600)
    await visitor.upgrade(migrations.folder)
    assert await visitor.read(lambda connection: is_newest(connection, migrations.folder))
    await store.close()


async def test_difference_between_schema_and_tables_is_named(url: str, migrations: Migrations) -> None:
    migrations.add(CREATE_TABLES)
    await upgrade_schema(url, migrations.folder)
    (difference,) = await schema_differences(url, metadata)
    assert "modify_nullable" in difference
    assert "companies" in difference


async def test_drafted_migration_holds_what_the_tables_have_more(url: str, migrations: Migrations) -> None:
    migrations.add(CREATE_TABLES)
    (migrations.folder / "env.py").write_text(
        "from handschlag.database.migrate import run_environment\n"
        "from sqlalchemy import BigInteger, Column, MetaData, Table\n"
        "metadata = MetaData()\n"
        "Table('fresh', metadata, Column('id', BigInteger, primary_key=True))\n"
        "run_environment(metadata)\n"
    )
    await upgrade_schema(url, migrations.folder)
    await draft_migration(url, migrations.folder, "a fresh table")
    (drafted,) = (migrations.folder / "versions").glob("*fresh_table.py")
    assert "create_table('fresh'" in drafted.read_text()


async def test_folder_may_have_a_percent_sign_in_its_path(url: str, tmp_path: Path) -> None:
    migrations = Migrations(tmp_path / "100%" / "migrations")
    migrations.add(CREATE_TABLES)
    assert await upgrade_schema(url, migrations.folder) is True


@pytest.mark.parametrize("room", ["gateway/storage", "relay/storage", "sandbox"])
def test_newest_revision_is_told_by_the_files_alone(room: str) -> None:
    folder = Path(handschlag.__file__).parent / room / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))
    assert newest_revision(folder) == ScriptDirectory.from_config(config).get_current_head()


async def test_where_the_schema_is_the_newest_alembic_is_not_even_loaded(tmp_path: Path) -> None:
    folder = Path(handschlag.__file__).parent / "relay" / "storage" / "migrations"
    url = f"sqlite:///{tmp_path}/relay.db"
    await upgrade_schema(url, folder)
    program = f"""
        import asyncio, pathlib, sys
        from handschlag.database.schema import upgrade_schema
        assert asyncio.run(upgrade_schema({url!r}, pathlib.Path({str(folder)!r}))) is False
        print([name for name in ("alembic", "sqlalchemy.orm") if name in sys.modules])
    """
    done = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
