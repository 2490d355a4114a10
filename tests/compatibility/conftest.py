"""A sandbox, and a bot that registered its own webhook with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.compatibility.bot import Bot
from tests.sandbox.process import SandboxProcess, until


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    made = SandboxProcess(tmp_path_factory.mktemp("sandbox") / "data").start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def bot(sandbox: SandboxProcess) -> Iterator[Bot]:
    made = Bot(sandbox)
    path = f"/{sandbox.connection['app_id']}/subscriptions"
    until(lambda: sandbox.api("GET", path)[1]["data"])
    yield made
    made.close()
