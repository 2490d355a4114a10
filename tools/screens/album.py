"""A customer's browser, and the pictures that are taken of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

DEVICES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOCALES = {"en": "en-GB", "de": "de-DE"}
PATIENCE = 15_000
# What moves for ever is not waited for.
CALM = """() => new Promise((done) => {
  const quiet = () => { changes.disconnect(); done(); };
  let timer = setTimeout(quiet, 120);
  const changes = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(quiet, 120); });
  changes.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  setTimeout(quiet, 3000);
}).then(() => Promise.allSettled(document.getAnimations()
  .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime)).map((one) => one.finished))).then(() => null)"""


class Album:
    """One customer with one browser; each screen is taken in both themes."""

    def __init__(
        self, browser: Browser, target: Path, language: str, device: str, wanted: frozenset[str], scale: int = 1
    ) -> None:
        self.language, self.device = language, device
        self._browser, self._target, self._wanted = browser, target, wanted
        phone, size = device == "phone", DEVICES[device]
        self.context = browser.new_context(
            viewport={"width": size["width"], "height": size["height"]}, locale=LOCALES[language],
            timezone_id="Europe/Berlin", has_touch=phone, is_mobile=phone, device_scale_factor=scale,
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()

    def another(self) -> Album:
        """Return a second browser of the same person."""
        return Album(self._browser, self._target, self.language, self.device, self._wanted)

    def shoot(self, screen: str) -> None:
        """Take one screen once it is calm, unless others were asked for."""
        if self._wanted and screen not in self._wanted:
            return
        self.page.evaluate(CALM)
        for theme in THEMES:
            self.page.emulate_media(color_scheme=theme)
            name = f"{screen}-{theme}-{self.language}-{self.device}.png"
            self.page.screenshot(path=self._target / name, animations="disabled")

    def goes_to(self, address: str) -> None:
        """Open an address of the messenger, and wait for its heading."""
        self.page.goto(address)
        self.page.get_by_role("heading", level=1).first.wait_for()

    def sees(self, selector: str, *, last: bool = False) -> Locator:
        """Wait until something is there, and return it."""
        found = self.page.locator(selector)
        one = found.last if last else found.first
        one.wait_for()
        return one

    def closes(self) -> None:
        """Close what is open on top."""
        self.page.keyboard.press("Escape")
        self.page.locator("dialog[open], :popover-open").first.wait_for(state="hidden")
