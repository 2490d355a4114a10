"""A house for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.gateway.house import House


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Relay, gateway, webhook endpoint."""
    made = House(tmp_path)
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One house for all tests of a file: for those that change nothing the others see."""
    made = House(tmp_path_factory.mktemp("house"))
    await made.start()
    yield made
    await made.stop()
