"""For everybody: axe on every screen, the keyboard alone, names for those who listen, large text, narrow windows, little motion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.journey import DEVICES, UTILITY, Customer, Journeys
from tests.sandbox.process import DEPARTURE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const { violations } = await axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((one) => `${one.target} ${one.failureSummary}`).join(' | ')}`);
}"""
# A new theme reaches every element within some frames: what inherits a colour changes after what it inherits from.
PAINTED = """async () => {
  for (let calm = 0; calm < 3; calm = document.getAnimations().length ? 0 : calm + 1) {
    await new Promise((done) => { requestAnimationFrame(done); });
  }
}"""
SMALL_TARGETS = """(least) => [...document.querySelectorAll('a, button, input, select, textarea, summary, [role=switch]')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.closest('.text, .actions, dd, h1'))
  .map((one) => [[one, ...one.labels ?? []].map((part) => part.getBoundingClientRect()), one])
  .filter(([boxes]) => boxes[0].width > 1 && boxes.every((box) => box.width < least || box.height < least))
  .map(([[box], one]) => `${one.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


def is_accessible(page: Page) -> None:
    """Ask axe in both themes, with everything that moves at its end."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="light" if theme == "light" else "dark", reduced_motion="reduce")
        page.evaluate(PAINTED)
        found = page.evaluate(RUN, TAGS)
        assert found == [], f"{page.url} in {theme}"


def fits(page: Page) -> None:
    """Nothing is wider than the window, so that nobody scrolls to the side to read."""
    width, window = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width <= window, page.url
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter((one) => {
          const style = getComputedStyle(one);
          // Cards beside each other are one at a time, each as wide as the window at most.
          return one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(style.overflowX) && !one.matches('.snap');
        }).map((one) => `${one.outerHTML.slice(0, 60)} ${one.scrollWidth} > ${one.clientWidth}`)"""
    )
    assert wide == [], f"{page.url} at {window} pixels"


def screens(ines: Customer) -> Iterator[str]:
    """Lead a customer through every screen, stopping at each."""
    page, airline = ines.page, ines.airline
    heading = page.get_by_role("heading", level=1)
    ines.goes_to("")
    expect(heading).to_be_visible()
    yield "start"
    ines.opens(f"{airline.link.partition('?')[0]}?k={'A' * 43}")
    expect(page.get_by_role("alert")).to_be_visible()
    yield "problem"
    ines.opens()
    ines.purpose(UTILITY).check()
    page.locator("details").first.evaluate("(one) => { one.open = true; }")
    yield "invitation"
    ines.presses("agree")
    expect(ines.field).to_be_visible()
    yield "empty thread"
    ines.writes("Moin, von *welchem* Gate? https://moewe-air.example")
    to = str(ines.is_heard("Moin, von *welchem* Gate? https://moewe-air.example")["from"])
    airline.sandbox.send_template(to, "departure", "en_US", DEPARTURE)
    airline.says(to, "Gerne!", context={"message_id": airline.heard(to)[0]["id"]})
    ines.sees("Gerne!").focus()
    expect(page.locator("article.out")).to_have_accessible_name(re.compile("delivered$"))
    yield "thread"
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    yield "menu"
    page.get_by_role("menuitem", name="Reply").click()
    expect(page.get_by_text("Replying to Möwe Air")).to_be_visible()
    yield "reply"
    ines.opens_profile()
    expect(page.get_by_role("switch").first).to_be_visible()
    for details in page.locator("details").all():
        details.evaluate("(one) => { one.open = true; }")
    yield "profile"
    ines.presses("block")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    yield "blocked"
    ines.presses("undo")
    expect(page.get_by_role("button", name="Block Möwe Air")).to_be_visible()
    ines.goes_to("#/")
    expect(page.get_by_role("navigation").get_by_role("link", name="Möwe Air")).to_be_visible()
    yield "chats"
    ines.goes_to("#/add")
    expect(heading).to_have_text("Add a company")
    yield "add"
    ines.goes_to("#/settings")
    expect(page.get_by_role("combobox")).to_be_visible()
    yield "settings"
    ines.presses("Erase everything on this device")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "erase"


@pytest.mark.parametrize("device", DEVICES)
def test_axe_finds_nothing_on_any_screen_in_any_theme(journeys: Journeys, device: str) -> None:
    """On the way every target is at least 24 pixels wide and high, but for what stands in a line of text."""
    ines = journeys.customer(device, bypass_csp=True)
    ines.context.add_init_script(AXE)
    seen = []
    for screen in screens(ines):
        is_accessible(ines.page)
        assert ines.page.evaluate(SMALL_TARGETS, 24) == [], screen
        seen.append(screen)
    assert len(seen) == 13


def test_nothing_is_cut_off_at_320_pixels_or_with_text_twice_as_large(journeys: Journeys) -> None:
    ines = journeys.customer("phone")
    for screen in screens(ines):
        for width, zoom in ((320, 100), (640, 200), (390, 200)):
            ines.page.set_viewport_size({"width": width, "height": 640})
            ines.page.evaluate("(zoom) => { document.documentElement.style.fontSize = `${zoom}%`; }", zoom)
            fits(ines.page)
        if screen in {"thread", "empty thread"}:
            expect(ines.field).to_be_in_viewport(ratio=0.9)
        ines.page.evaluate("document.documentElement.style.fontSize = ''")
        ines.page.set_viewport_size({"width": 390, "height": 844})


class TestTheKeyboardAlone:
    def tab_to(self, ines: Customer, name: str | re.Pattern[str]) -> None:
        """Press Tab until what has this name is focused; a person would give up before the fortieth."""
        for _ in range(40):
            ines.page.keyboard.press("Tab")
            if re.search(name, accessible_name(ines.page)):
                return
        raise AssertionError(f"{name!r} cannot be reached by Tab")

    def test_is_enough_to_join_write_read_reply_and_decide(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        keyboard = ines.page.keyboard
        ines.opens()
        expect(ines.page.get_by_role("checkbox").first).to_be_visible()
        self.tab_to(ines, "^Your flights")
        keyboard.press("Space")
        self.tab_to(ines, "^Agree$")
        keyboard.press("Enter")
        expect(ines.field).to_be_focused()
        keyboard.type("Nur mit Tasten")
        keyboard.press("Enter")
        to = str(ines.is_heard("Nur mit Tasten")["from"])
        ines.airline.says(to, "Geht auch.")
        ines.sees("Geht auch.")
        self.shift_tab_to(ines, "^Messages with Möwe Air$")
        keyboard.press("ArrowUp")
        expect(ines.bubble("Geht auch.")).to_be_focused()
        keyboard.press("Enter")
        expect(ines.page.get_by_role("menuitem", name="Reply")).to_be_focused()
        keyboard.press("Escape")
        expect(ines.page.get_by_role("menu")).to_have_count(0)
        expect(ines.bubble("Geht auch.")).to_be_focused()
        keyboard.press("Enter")
        expect(ines.page.get_by_role("menuitem", name="Reply")).to_be_focused()
        keyboard.press("Enter")
        expect(ines.field).to_be_focused()
        keyboard.press("Escape")
        expect(ines.page.get_by_text("Replying to")).to_have_count(0)
        self.shift_tab_to(ines, "^(About )?Möwe Air$")
        keyboard.press("Enter")
        expect(ines.page.get_by_role("heading", level=1, name="About Möwe Air")).to_be_focused()
        self.tab_to(ines, "^Stop notifications$")
        keyboard.press("Enter")
        expect(ines.switch(UTILITY)).not_to_be_checked()
        self.tab_to(ines, "^Undo$")
        keyboard.press("Enter")
        expect(ines.switch(UTILITY)).to_be_checked()

    def shift_tab_to(self, ines: Customer, name: str) -> None:
        for _ in range(10):
            ines.page.keyboard.press("Shift+Tab")
            if re.search(name, accessible_name(ines.page)):
                return
        raise AssertionError(f"{name!r} cannot be reached by Shift+Tab")

    def test_escape_closes_a_dialog_and_focus_returns(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone")
        ines.goes_to("#/settings")
        button = ines.page.get_by_role("button", name="Erase everything on this device")
        button.focus()
        ines.page.keyboard.press("Enter")
        expect(ines.page.get_by_role("dialog")).to_be_visible()
        ines.page.keyboard.press("Tab")
        assert ines.page.evaluate("!!document.activeElement.closest('dialog')")
        ines.page.keyboard.press("Escape")
        expect(button).to_be_focused()

    def test_what_is_focused_can_be_seen(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        ines.opens()
        expect(ines.page.get_by_role("checkbox").first).to_be_visible()
        for _ in range(8):
            ines.page.keyboard.press("Tab")
            outline: Any = ines.page.evaluate(
                """() => { const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
                  return [outlineStyle, parseFloat(outlineWidth)]; }"""
            )
            assert outline[0] != "none"
            assert outline[1] >= 2


def accessible_name(page: Page) -> str:
    """Return roughly what is said of the focused element: its label, what labels it, or its text."""
    name: str = page.evaluate(
        """() => { const one = document.activeElement;
          return one.getAttribute('aria-label') ?? one.labels?.[0]?.innerText ?? one.innerText ?? ''; }"""
    )
    return name.strip()


class TestForThoseWhoListen:
    def test_each_message_has_a_name_and_ticks_are_words(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone", "de")
        to = ines.becomes_known("Moin")
        ines.airline.says(to, "Moin moin")
        expect(ines.sees("Moin moin")).to_have_accessible_name(re.compile(r"^Möwe Air, \d\d:\d\d$"))
        expect(ines.page.locator("article.out")).to_have_accessible_name(re.compile(r"^Sie, \d\d:\d\d, zugestellt$"))
        expect(ines.page.get_by_role("log", name="Nachrichten mit Möwe Air")).to_have_attribute("tabindex", "0")
        assert ines.page.get_by_role("img").count() == 0

    def test_new_messages_are_announced_and_the_history_is_not(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        to = ines.becomes_known("Moin")
        ines.airline.says(to, "alt")
        ines.sees("alt")
        ines.page.reload()
        ines.sees("alt")
        announced = ines.page.locator("p.unseen[role=status]:not(form p)")
        expect(announced).to_have_text("")
        ines.airline.says(to, "ganz *neu*")
        expect(announced).to_have_text(re.compile(r"^Möwe Air, \d\d:\d\d: ganz neu$"))
        expect(ines.page.get_by_role("log")).to_have_attribute("aria-live", "off")

    def test_a_new_screen_begins_at_its_heading(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone")
        ines.joins()
        ines.opens_profile()
        expect(ines.page.get_by_role("heading", level=1)).to_be_focused()
        for path in ("#/", "#/add", "#/settings", "#/chat/moewe-air"):
            ines.goes_to(path)
            expect(ines.page.get_by_role("heading", level=1)).to_have_count(1)
            expect(ines.page.get_by_role("main")).to_have_count(1)


def test_who_wants_little_motion_gets_little(journeys: Journeys) -> None:
    ines = journeys.customer("phone", reduced_motion="reduce")
    ines.joins()
    ines.opens_profile()
    ines.switch(UTILITY).click()
    expect(ines.switch(UTILITY)).to_be_checked()
    moving = ines.page.evaluate(
        """() => document.getAnimations().map((one) => one.effect.getComputedTiming())
          .filter(({ activeDuration, duration }) => activeDuration > 10 || duration > 10).length"""
    )
    assert moving == 0
    durations = ines.page.evaluate(
        """() => [...document.querySelectorAll('body *')].map((one) => getComputedStyle(one))
          .flatMap(({ transitionDuration, animationDuration }) => [transitionDuration, animationDuration])
          .flatMap((text) => text.split(',')).map(parseFloat)"""
    )
    assert max(durations) < 0.01
