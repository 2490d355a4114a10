"""One relay for all tests of a class, for those that each look only at what they brought."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay, create_relay
from tests.support.participants import relay_settings
from tests.support.relay_party import Party, join


def files_of(relay: Relay) -> list[Path]:
    folder = relay.context.media.objects.folder
    assert folder is not None
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.asyncio(loop_scope="class")
class SharedRelay:
    """One relay for all tests of a class: each looks only at what it brought itself."""

    @pytest.fixture(scope="class")
    def clock(self) -> MovableClock:
        return MovableClock()

    @pytest_asyncio.fixture(scope="class", loop_scope="class")
    async def session(self) -> AsyncIterator[aiohttp.ClientSession]:
        async with aiohttp.ClientSession() as opened:
            yield opened

    @pytest_asyncio.fixture(scope="class", loop_scope="class")
    async def relay(self, tmp_path_factory: pytest.TempPathFactory, clock: MovableClock) -> AsyncIterator[Relay]:
        settings = relay_settings(tmp_path_factory.mktemp("relay"), allowed_origins=["https://chat.example"])
        made = create_relay(settings, clock)
        await made.start()
        yield made
        await made.stop()

    @pytest_asyncio.fixture(scope="class", loop_scope="class")
    async def airline(self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock) -> Party:
        return await join(relay, session, clock, handle="moewe-air")

    @pytest_asyncio.fixture(scope="class", loop_scope="class")
    async def ines(self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock) -> Party:
        return await join(relay, session, clock)
