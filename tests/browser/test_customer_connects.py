"""The first connection of an account: it may be late, and nothing was missed before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext
    from tests.browser.harness.operator import Operator
    from tests.browser.harness.world import World

pytestmark = pytest.mark.browser


def test_an_answer_at_once_stands_below_no_bar(context: BrowserContext, world: World, operator: Operator) -> None:
    open_: list[bool] = []

    def welcome_late(frame: dict[str, Any]) -> list[dict[str, Any]]:
        return [frame] if open_ or frame["type"] != "welcome" else []

    world.middle.to_browser = welcome_late
    page = context.new_page()
    page.goto(operator.link)
    page.get_by_role("button", name="Just write").click()
    page.get_by_role("textbox").fill("Moin, wer da?")
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("article", name="You")).to_be_visible()
    open_.append(True)
    world.do(world.middle.cut())
    world.do(world.house.send_text(world.told("Moin, wer da?")["from"], "Wir sind da"))
    expect(page.get_by_role("article").filter(has_text="Wir sind da")).to_be_visible()
    expect(page.get_by_text("1 unread message")).to_have_count(0)
