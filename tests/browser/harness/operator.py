"""Whoever serves the messenger as it is built: the real app, over the way that a test may bend."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.harness.world import ROOT

from handschlag.messenger.app import STATIC, Messenger, build_hash

if TYPE_CHECKING:
    from tests.browser.harness.world import World

NODE = ROOT / ".venv" / "bin" / "node"
HASHES = ROOT / "web" / "build" / "hashes.mjs"


class Operator:
    """Serves the messenger, and one day a newer build at the same place."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._serve(Messenger(relay_url=world.middle.url))
        world.house.relay.context.settings.allowed_origins.append(self.messenger.url)
        self.link = world.link.replace("https://messenger.example", self.messenger.url)

    def _serve(self, messenger: Messenger) -> None:
        self.messenger = messenger
        self._world.do(messenger.start())

    def stop(self) -> None:
        self._world.do(self.messenger.stop())

    def upgrades(self, folder: Path) -> None:
        """Serve a build that differs in its page, and so in all that names it."""
        shutil.copytree(STATIC, folder, ignore=shutil.ignore_patterns("*.br", "*.gz"))
        page, worker = folder / "index.html", folder / "sw.js"
        page.write_text(page.read_text().replace("<head>", '<head><meta name="newer">'))
        worker.write_text(re.sub("handschlag-[0-9a-f]{16}", f"handschlag-{'0' * 16}", worker.read_text()))
        subprocess.run([str(NODE), str(HASHES), str(folder)], check=True)
        assert build_hash(folder) != build_hash()
        port = self.messenger.port
        self.stop()
        self._serve(Messenger(relay_url=self._world.middle.url, port=port, folder=folder))
