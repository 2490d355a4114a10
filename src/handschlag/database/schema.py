"""Sees to it that a database has the newest schema; where it has, nothing of Alembic is loaded, which is half of a process's start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from handschlag.database.owner import as_owner

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

_REVISION = re.compile(r'^revision = "(.+)"$', re.MULTILINE)
_DOWN_REVISION = re.compile(r'^down_revision = "(.+)"$', re.MULTILINE)
_VERSION_TABLE = "alembic_version"


async def upgrade_schema(url: str, folder: Path) -> bool:
    """Run the migrations in the folder that this database has not seen; return whether there were any."""
    return await as_owner(url, lambda connection: _upgrade(connection, folder))


def newest_revision(folder: Path) -> str | None:
    """Return the revision no other one follows, read from the files' text, or None if that does not tell."""
    texts = [file.read_text() for file in (folder / "versions").glob("*.py")]
    followed = {name for text in texts for name in _DOWN_REVISION.findall(text)}
    newest = [name for text in texts for name in _REVISION.findall(text) if name not in followed]
    return newest[0] if len(newest) == 1 else None


def is_newest(connection: Connection, folder: Path) -> bool:
    """Return whether this database has seen the last migration in the folder."""
    newest = newest_revision(folder)
    return newest is not None and _revision_of(connection) == newest


def _upgrade(connection: Connection, folder: Path) -> bool:
    with connection.begin():
        if is_newest(connection, folder):
            return False
    from handschlag.database.migrate import run_migrations  # noqa: PLC0415  Alembic takes 0.6 s to load

    return run_migrations(connection, folder)


def _revision_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    rows = connection.exec_driver_sql(f"SELECT version_num FROM {_VERSION_TABLE}").all()  # noqa: S608  a constant
    return str(rows[0][0]) if len(rows) == 1 else None
