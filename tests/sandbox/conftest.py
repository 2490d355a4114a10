"""A sandbox for each file of tests, and an endpoint that is told its events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.process import SandboxProcess
from tests.sandbox.webhooks import Endpoint


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    made = SandboxProcess(tmp_path_factory.mktemp("sandbox") / "data").start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def endpoint(sandbox: SandboxProcess) -> Iterator[Endpoint]:
    """An endpoint that has subscribed over the API."""
    made = Endpoint(sandbox.connection["verify_token"], sandbox.connection["app_secret"])
    assert sandbox.subscribe(made.url) == (200, {"success": True})
    yield made
    made.close()
