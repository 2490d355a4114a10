"""A customer's browser, and the pictures that are taken of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator

# What moves for ever is not waited for.
ENDED = """Promise.allSettled(document.getAnimations()
  .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime)).map((one) => one.finished)).then(() => null)"""


class Album:
    """One customer with one browser; each screen is taken in both themes."""

    def __init__(
        self, context: BrowserContext, target: Path, language: str, device: str, wanted: frozenset[str]
    ) -> None:
        self.context, self.language, self.device = context, language, device
        self.page = context.new_page()
        self._target, self._wanted = target, wanted

    def shoot(self, screen: str) -> None:
        """Take one screen, unless others were asked for."""
        if self._wanted and screen not in self._wanted:
            return
        for theme in ("light", "dark"):
            self.page.emulate_media(color_scheme="light" if theme == "light" else "dark")
            name = f"{screen}-{theme}-{self.language}-{self.device}.png"
            self.page.screenshot(path=self._target / name, animations="disabled")

    def goes_to(self, address: str) -> None:
        """Open an address of the messenger, and wait for its heading."""
        self.page.goto(address)
        self.page.get_by_role("heading", level=1).first.wait_for()

    def is_calm(self) -> None:
        """Wait until nothing is loaded or moved any more."""
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate(ENDED)

    def button(self, name: str) -> Locator:
        """Return the button with this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def closes(self) -> None:
        """Close what is open on top."""
        self.page.keyboard.press("Escape")
