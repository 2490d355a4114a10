"""A newer build of the app: it is said and waits, the words that are being written stay, and whoever comes back has it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.harness.world import ROOT
from tests.sandbox.process import until

from handschlag.messenger.app import STATIC, Messenger, build_hash

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page
    from tests.browser.harness.world import World

pytestmark = pytest.mark.browser
WORDS = "Which gate does MA"
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


@pytest.fixture
def operator(world: World) -> Iterator[Operator]:
    made = Operator(world)
    yield made
    made.stop()


def opens(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def joins(context: BrowserContext, operator: Operator) -> Page:
    """Write to the company, and have the app kept for offline use."""
    page = opens(context, operator.link)
    page.get_by_role("button", name="Just write").click()
    expect(page.get_by_role("textbox")).to_be_visible()
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return page


def looks_for_a_newer_one(page: Page) -> None:
    """Do what the browser does by itself every day, and the app when it is come back to after an hour."""
    page.evaluate("async () => { await (await navigator.serviceWorker.ready).update(); }")


def is_newer(page: Page) -> bool:
    return page.locator("meta[name=newer]").count() == 1


def test_a_newer_build_is_said_and_takes_over_when_somebody_wants_it(
    context: BrowserContext, operator: Operator, tmp_path: Path
) -> None:
    page = joins(context, operator)
    other = opens(context, f"{operator.messenger.url}/#/chat/moewe-air")
    page.get_by_role("textbox").fill(WORDS)
    operator.upgrades(tmp_path / "newer")
    looks_for_a_newer_one(page)
    notice = page.get_by_role("status").filter(has_text="A new version is ready.")
    expect(notice).to_be_visible()
    # Nothing is reloaded under the fingers, and the app goes on as it is.
    expect(page.get_by_role("textbox")).to_have_value(WORDS)
    assert not is_newer(page)
    other.get_by_role("textbox").fill("Words of the other tab")
    notice.get_by_role("button", name="Restart now").click()
    page.locator("meta[name=newer]").wait_for(state="attached")
    expect(page.get_by_role("textbox")).to_have_value("Words of the other tab")
    page.get_by_role("textbox").fill("204 leave from?")
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("article", name="You").filter(has_text="204 leave from?")).to_be_visible()
    expect(notice).to_have_count(0)
    # The tab beside it was not asked, and runs what it began with.
    assert not is_newer(other)
    expect(other.get_by_role("article", name="You").filter(has_text="204 leave from?")).to_be_visible()


def test_whoever_says_nothing_has_it_when_they_come_back(
    context: BrowserContext, operator: Operator, tmp_path: Path
) -> None:
    page = joins(context, operator)
    operator.upgrades(tmp_path / "newer")
    looks_for_a_newer_one(page)
    expect(page.get_by_text("A new version is ready.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("A new version is ready.")).to_be_visible()
    assert not is_newer(page)
    page.close()

    def comes_back() -> bool:
        """The browser changes workers some moment after the last tab is gone."""
        again = opens(context, f"{operator.messenger.url}/#/chat/moewe-air")
        expect(again.get_by_role("textbox")).to_be_visible()
        newer = is_newer(again)
        if newer:
            expect(again.get_by_text("A new version is ready.")).to_have_count(0)
        again.close()
        return newer

    until(comes_back)
