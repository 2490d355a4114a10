"""For everybody: axe on every screen, the keyboard alone, names for those who listen, large text, narrow windows, little motion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.journey import UTILITY, Airline, Customer, Journeys
from tests.content.message_examples import LIST
from tests.sandbox.process import DEPARTURE
from tests.support.media_files import FILES

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
COVERED = """(all) => all.filter((one) => {
  const { left, top, width, height } = one.getBoundingClientRect();
  return !one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}).map((one) => one.outerHTML.slice(0, 90))"""
# No transition at all, however short: what is moved would be painted once more where it stood before.
LONGEST_MOTION = """() => Math.max(...[...document.querySelectorAll('body *')].map((one) => getComputedStyle(one))
  .flatMap(({ transitionDuration, animationDuration }) => [
    ...transitionDuration.split(',').map((text) => (parseFloat(text) > 0 ? 1 : 0)), ...animationDuration.split(',').map(parseFloat)]))"""
OUTLINE = """() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return [outlineStyle, parseFloat(outlineWidth)];
}"""


def is_accessible(page: Page) -> None:
    """Ask axe in both themes, with everything that moves at its end; the other theme changes nothing but colours."""
    for theme, rules in (("light", TAGS), ("dark", ["color-contrast"])):
        asks_axe(page, theme, rules)


def asks_axe(page: Page, theme: str, rules: list[str]) -> None:
    page.emulate_media(color_scheme="light" if theme == "light" else "dark", reduced_motion="reduce")
    page.evaluate(PAINTED)
    found = page.evaluate(RUN, rules)
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
    yield from before_joining(ines)
    ines.presses("agree")
    expect(ines.field).to_be_visible()
    yield "empty thread"
    ines.writes("Moin, von *welchem* Gate? https://moewe-air.example")
    to = str(ines.is_heard("Moin, von *welchem* Gate? https://moewe-air.example")["from"])
    airline.sandbox.send_template(to, "departure", "en_US", DEPARTURE)
    airline.sandbox.send({"to": to, "type": "interactive", "interactive": LIST})
    airline.sandbox.send({"to": to, "type": "image", "image": {"id": picture_of(airline), "caption": "The gate"}})
    airline.says(to, "Gerne!", context={"message_id": airline.heard(to)[0]["id"]})
    ines.sees("Gerne!").focus()
    expect(page.locator("article.out")).to_have_accessible_name(re.compile("delivered$"))
    expect(page.get_by_role("button", name="Show Photo")).to_be_visible()
    yield "thread"
    yield from in_front_of_thread(ines)
    yield from about_the_company(ines)
    ines.goes_to("#/")
    expect(page.get_by_role("navigation").get_by_role("link", name="Möwe Air")).to_be_visible()
    yield "chats"
    page.get_by_role("searchbox").fill("gate")
    expect(page.get_by_role("navigation").get_by_role("heading", name=re.compile("^Messages"))).to_be_visible()
    yield "search"
    page.get_by_role("searchbox").fill("")
    for path, there in PLACES.items():
        ines.goes_to(path)
        expect(page.locator(there).first).to_be_visible()
        yield path
    ines.goes_to("#/settings")
    ines.presses("Erase everything on this device")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "erase"


# Screens that only have to be opened, and what is there when they are.
PLACES = {
    "#/starred": "text=No starred messages",
    "#/archived": "text=Nothing is archived.",
    "#/add": "text=Scan a code",
    "#/link": "input.field",
    "#/chat/moewe-air/search": ".pane [role=article], article",
    "#/chat/moewe-air/export": ".pane .button",
    "#/settings": "select",
    "#/settings/devices": ".pane li",
    "#/settings/recovery": "text=Make a recovery code",
    "#/settings/notifications": "text=Install the app",
    "#/settings/permissions": ".pane li",
    "#/settings/number": "[type=tel]",
    "#/settings/data": ".pane li",
}


def before_joining(ines: Customer) -> Iterator[str]:
    page = ines.page
    ines.goes_to("")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    yield "start"
    for path, there in {
        "#/scan": "text=Link or code as text", "#/companies": "text=Möwe Air", "#/return": "text=I have another device",
        "#/return/code": "textarea", "#/return/device": "svg.qr",
    }.items():  # fmt: skip
        ines.goes_to(path)
        expect(page.locator(there).first).to_be_visible()
        yield path
    ines.opens(f"{ines.airline.link.partition('?')[0]}?k={'A' * 43}")
    expect(page.get_by_role("alert")).to_be_visible()
    yield "problem"
    ines.opens()
    ines.purpose(UTILITY).check()
    page.locator("details").first.evaluate("(one) => { one.open = true; }")
    yield "invitation"


def in_front_of_thread(ines: Customer) -> Iterator[str]:
    """Open what opens in front of messages and of the field."""
    page = ines.page
    ines.sees("Gerne!").press("Enter")
    menu = page.get_by_role("menu")
    expect(menu).to_be_visible()
    yield "menu"
    page.get_by_role("menuitem", name="Information").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "information"
    page.keyboard.press("Escape")
    for name, there in (("Attach", page.get_by_role("menu")), ("Emoji", page.get_by_role("tabpanel"))):
        page.get_by_role("button", name=name, exact=True).click()
        expect(there).to_be_visible()
        yield name
        page.keyboard.press("Escape")
        expect(there).to_have_count(0)
    for name in ("Choose", "Show Photo"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        yield name
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    ines.sees("Gerne!").press("Enter")
    page.get_by_role("menuitem", name="Reply").click()
    expect(page.get_by_text("Replying to Möwe Air")).to_be_visible()
    yield "reply"


def about_the_company(ines: Customer) -> Iterator[str]:
    page = ines.page
    ines.opens_profile()
    expect(page.get_by_role("switch").first).to_be_visible()
    for details in page.locator("details").all():
        details.evaluate("(one) => { one.open = true; }")
    yield "profile"
    ines.presses("Report")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "report"
    page.keyboard.press("Escape")
    ines.presses("block")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    yield "blocked"
    ines.presses("undo")
    expect(page.get_by_role("button", name="Block Möwe Air")).to_be_visible()
    ines.goes_to("#/chat/moewe-air/safety")
    expect(page.locator("svg.qr")).to_be_visible()
    yield "safety"


def picture_of(airline: Airline) -> str:
    """Bring a picture to the gateway, and return its id."""
    path = f"/{airline.connection['phone_number_id']}/media"
    mime_type, content = FILES["gate.png"]
    form = {"messaging_product": "whatsapp"}
    return str(airline.sandbox.api("POST", path, files={"file": ("gate.png", content, mime_type)}, data=form)[1]["id"])


def test_on_a_phone_axe_finds_nothing_and_nothing_is_cut_off_or_moves(journeys: Journeys) -> None:
    """On every screen, in both themes; at 320 pixels, and with text twice as large, each still fits."""
    ines = journeys.customer("phone", bypass_csp=True, reduced_motion="reduce")
    ines.context.add_init_script(AXE)
    # Nobody fetches a new device's code: the relay has none.
    ines.expects("404")
    page, seen = ines.page, 0
    for screen in screens(ines):
        is_accessible(page)
        assert page.evaluate(SMALL_TARGETS, 24) == [], screen
        expect(page.get_by_role("main")).to_have_count(1)
        for width, zoom in ((320, 100), (390, 200)):
            page.set_viewport_size({"width": width, "height": 640})
            page.evaluate("(zoom) => { document.documentElement.style.fontSize = `${zoom}%`; }", zoom)
            fits(page)
            if screen == "#/chat/moewe-air/search":
                page.get_by_role("log").evaluate("(one) => one.scrollTo(0, 0)")
                assert page.locator(".pane search button").evaluate_all(COVERED) == [], zoom
        if screen in {"thread", "empty thread"}:
            expect(ines.field).to_be_in_viewport(ratio=0.9)
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate(LONGEST_MOTION) < 0.01, screen
        seen += 1
    assert seen == 37


def test_on_a_desktop_axe_finds_nothing_on_any_screen(journeys: Journeys) -> None:
    """What a desktop arranges otherwise; its colours are the phone's."""
    ines = journeys.customer("desktop", bypass_csp=True, reduced_motion="reduce")
    ines.context.add_init_script(AXE)
    ines.expects("404")
    for screen in screens(ines):
        asks_axe(ines.page, "dark", TAGS)
        assert ines.page.evaluate(SMALL_TARGETS, 24) == [], screen


class TestTheKeyboardAlone:
    def tab_to(self, ines: Customer, name: str, key: str = "Tab") -> None:
        """Press Tab until what has this name is focused, and see each stop; a person would give up before the fortieth."""
        for _ in range(40):
            ines.page.keyboard.press(key)
            if ines.page.evaluate("document.activeElement === document.body"):
                # Behind a dialog's last button the browser's own window has its turn.
                continue
            style, width = ines.page.evaluate(OUTLINE)
            assert style != "none", accessible_name(ines.page)
            assert width >= 2
            if re.search(name, accessible_name(ines.page)):
                return
        raise AssertionError(f"{name!r} cannot be reached by {key}")

    def test_is_enough_to_join_write_read_choose_reply_and_decide(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        page, keyboard = ines.page, ines.page.keyboard
        ines.opens()
        expect(page.get_by_role("checkbox").first).to_be_visible()
        self.tab_to(ines, "^Your flights")
        keyboard.press("Space")
        self.tab_to(ines, "^Agree$")
        keyboard.press("Enter")
        expect(ines.field).to_be_focused()
        keyboard.type("Nur mit Tasten")
        keyboard.press("Enter")
        to = str(ines.is_heard("Nur mit Tasten")["from"])
        ines.airline.sandbox.send({"to": to, "type": "interactive", "interactive": LIST})
        ines.airline.sandbox.send({"to": to, "type": "image", "image": {"id": picture_of(ines.airline)}})
        expect(page.get_by_role("button", name="Show Photo")).to_be_visible()
        ines.airline.says(to, "Geht auch.")
        ines.sees("Geht auch.")

        # The emoji picker: opened, moved in, one taken; what was written before is still there.
        keyboard.type("Moin ")
        self.tab_to(ines, "^Emoji$")
        keyboard.press("Enter")
        expect(page.get_by_role("searchbox", name="Search emoji")).to_be_focused()
        keyboard.type("airplane")
        expect(page.get_by_role("tabpanel").get_by_role("button").first).to_be_visible()
        keyboard.press("ArrowDown")
        keyboard.press("Enter")
        expect(ines.field).to_have_value(re.compile("^Moin .+"))
        keyboard.press("Escape")
        expect(page.get_by_role("tabpanel")).to_have_count(0)

        # The messages: a sheet with a list, a picture, the menu of a message; each closes, and the focus is where it was.
        self.tab_to(ines, "^Messages with Möwe Air$", "Shift+Tab")
        keyboard.press("ArrowUp")
        expect(ines.bubble("Geht auch.")).to_be_focused()
        keyboard.press("Enter")
        expect(page.get_by_role("menuitem", name="Reply")).to_be_focused()
        keyboard.press("Escape")
        expect(page.get_by_role("menu")).to_have_count(0)
        expect(ines.bubble("Geht auch.")).to_be_focused()
        self.tab_to(ines, "^Show Photo$", "Shift+Tab")
        keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(page.get_by_role("dialog").get_by_role("button", name="Larger")).to_be_enabled()
        self.tab_to(ines, "^Larger$")
        keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("button", name="Show Photo")).to_be_focused()
        self.tab_to(ines, "^Choose$", "Shift+Tab")
        keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="Choose")).to_be_visible()
        keyboard.press("Escape")
        expect(page.get_by_role("button", name="Choose")).to_be_focused()
        keyboard.press("Enter")
        page.get_by_role("radio").first.focus()
        keyboard.press("Space")
        keyboard.press("ArrowDown")
        self.tab_to(ines, "^Send$")
        keyboard.press("Enter")
        assert ines.is_told("interactive")[0]["list_reply"]["title"] == "20C"

        self.tab_to(ines, "^(About )?Möwe Air$", "Shift+Tab")
        keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1, name="About Möwe Air")).to_be_focused()
        self.tab_to(ines, "^Stop notifications$")
        keyboard.press("Enter")
        expect(ines.switch(UTILITY)).not_to_be_checked()
        self.tab_to(ines, "^Undo$")
        keyboard.press("Enter")
        expect(ines.switch(UTILITY)).to_be_checked()

        ines.goes_to("#/settings")
        button = page.get_by_role("button", name="Erase everything on this device")
        button.focus()
        keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('dialog')")
        keyboard.press("Escape")
        expect(button).to_be_focused()


def accessible_name(page: Page) -> str:
    """Return roughly what is said of the focused element: its label, what labels it, or its text."""
    name: str = page.evaluate(
        """() => { const one = document.activeElement;
          return one.getAttribute('aria-label') ?? one.labels?.[0]?.innerText ?? one.innerText ?? ''; }"""
    )
    return name.strip()


class TestForThoseWhoListen:
    def test_each_message_has_a_name_new_ones_are_announced_and_a_screen_begins_at_its_heading(
        self, journeys: Journeys
    ) -> None:
        ines = journeys.customer("phone", "de")
        to = ines.becomes_known("Moin")
        ines.airline.says(to, "Moin moin")
        expect(ines.sees("Moin moin")).to_have_accessible_name(re.compile(r"^Möwe Air, \d\d:\d\d$"))
        expect(ines.page.locator("article.out")).to_have_accessible_name(re.compile(r"^Sie, \d\d:\d\d, zugestellt$"))
        assert ines.page.get_by_role("img").count() == 0
        # What was said before is history.
        ines.page.reload()
        ines.sees("Moin moin")
        announced = ines.page.locator("p.unseen[role=status]:not(form p)")
        expect(announced).to_have_text("")
        ines.airline.says(to, "ganz *neu*")
        expect(announced).to_have_text(re.compile(r"^Möwe Air, \d\d:\d\d: ganz neu$"))
        log = ines.page.get_by_role("log", name="Nachrichten mit Möwe Air")
        expect(log).to_have_attribute("aria-live", "off")
        expect(log).to_have_attribute("tabindex", "0")
        ines.opens_profile()
        expect(ines.page.get_by_role("heading", level=1)).to_be_focused()
