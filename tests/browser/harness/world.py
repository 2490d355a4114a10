"""Relay, gateway, a company without a gateway, the way between, and who serves the page: in a thread of their own.

Playwright's synchronous door owns the main thread's loop; `do` hands a coroutine to the other thread and waits for it.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from tests.browser.harness.middle import Middle
from tests.gateway.house import House
from tests.support.participants import Company, enrol_company

from handschlag.clock import MovableClock
from handschlag.messenger.app import Messenger
from handschlag.relay.app import create_relay
from handschlag.relay.settings import RelaySettings
from handschlag.wire.canonical import from_base64

T = TypeVar("T")
HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PATIENCE = 30.0


class BrowserHouse(House):
    """A house whose relay lets a messenger's origin in."""

    def __init__(self, folder: Path, origin: str) -> None:
        self.origin = origin
        super().__init__(folder)

    def restart_relay(self, port: int) -> None:
        settings = RelaySettings(
            data=self.folder / "relay",
            port=port,
            allowed_origins=[self.origin],
            accounts_per_hour=0,
            logins_per_minute=0,
            cards_per_minute=0,
            calls_per_minute=0,
            customer_envelopes_per_minute=0,
        )
        self.relay = create_relay(settings, self.clock)


class World:
    """Everything outside the browser."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = MovableClock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="world", daemon=True)
        self.middle = Middle()
        self.house: BrowserHouse
        self.messenger: Messenger
        self.other: Company

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Have something done over there, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def start(self) -> None:
        self._thread.start()
        self.do(self._start())

    def stop(self) -> None:
        self.do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> None:
        await self.middle.start()
        self.messenger = Messenger(relay_url=self.middle.url, folder=build_page(self.folder / "page"))
        await self.messenger.start()
        self.house = BrowserHouse(self.folder, self.messenger.url)
        await self.house.start()
        self.middle.relay_url = self.house.relay.url
        self.other = await enrol_company(self.house.relay, self.house.session, self.house.clock, handle="other-company")
        await self.other.connect()

    async def _stop(self) -> None:
        if self.other.link is not None:
            await self.other.link.close()
        await self.house.stop()
        await self.messenger.stop()
        await self.middle.stop()

    def told(self, text: str, sender: str = "") -> dict[str, Any]:
        """Wait until the company's webhook was told of this text, by this sender or anybody; return the newest message."""

        def find() -> dict[str, Any] | None:
            return next((one for one in reversed(self.house.receiver.messages) if matches(one)), None)

        def matches(one: dict[str, Any]) -> bool:
            return one.get("text", {}).get("body") == text and (not sender or one["from"] == sender)

        found: dict[str, Any] = self.do(self.house.receiver.until(find))
        return found

    @property
    def link(self) -> str:
        """The click-to-chat link of the company with a gateway, with its fingerprint."""
        (master,) = json.loads(self.house.company.master_key)["keys"].values()
        return link_of("moewe-air", master)

    @property
    def other_link(self) -> str:
        return link_of("other-company", self.other.identity.master_public)


def link_of(handle: str, master: str) -> str:
    key = master.replace("+", "-").replace("/", "_")
    assert len(from_base64(master, "master")) == 32
    return f"https://messenger.example/#/c/{handle}?k={key}"


def build_page(folder: Path) -> Path:
    """Build the harness's page; returns the folder."""
    node = ROOT / ".venv" / "bin" / "node"
    for script in (HERE / "build.mjs", ROOT / "web" / "build" / "hashes.mjs"):
        subprocess.run([str(node), str(script), str(folder)], cwd=ROOT / "web", check=True)
    return folder
