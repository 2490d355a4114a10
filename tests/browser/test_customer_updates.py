"""A newer build of the app: it is said and waits, the words that are being written stay, and whoever comes back has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.sandbox.process import until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page
    from tests.browser.harness.operator import Operator

pytestmark = pytest.mark.browser
WORDS = "Which gate does MA"


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
