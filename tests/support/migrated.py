"""A database that was brought to the newest schema once and is copied for each test, instead of migrated for each."""

from __future__ import annotations

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from handschlag.database.schema import upgrade_schema


def lay_database(file: Path, migrations: Path) -> None:
    """Put a migrated, empty SQLite file in place, where there is none yet."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_bytes(_migrated(migrations))
        file.chmod(0o600)


@cache
def _migrated(migrations: Path) -> bytes:
    file = Path(tempfile.mkdtemp(prefix="handschlag-schema-")) / "empty.sqlite3"
    # May be called while a loop runs.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, upgrade_schema(f"sqlite:///{file}", migrations)).result()
    return file.read_bytes()
