"""Takes a screenshot of every screen of the messenger: both themes, both languages, phone and desktop, with a real sandbox.

`make screens` writes screens/<screen>-<theme>-<language>-<phone|desktop>.png; names of screens as arguments take only those.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from album import Album  # noqa: E402  a program beside its parts
from company import running_company  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from story import play  # noqa: E402
from tests.support.chromium import FLAGS, chromium_path  # noqa: E402  the same browser as the tests

TARGET = ROOT / "screens"
DEVICES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}
LOCALES = {"en": "en-GB", "de": "de-DE"}
PATIENCE = 15_000
# A microphone and a camera that show a test picture, and nobody who has to allow them.
SENSES = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def main() -> None:
    """Play the story once for each language and device."""
    TARGET.mkdir(exist_ok=True)
    with running_company() as company, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*FLAGS, *SENSES])
        for device, size in DEVICES.items():
            for language, locale in LOCALES.items():
                phone = device == "phone"
                context = browser.new_context(
                    viewport={"width": size["width"], "height": size["height"]}, locale=locale,
                    timezone_id="Europe/Berlin", has_touch=phone, is_mobile=phone,
                )  # fmt: skip
                context.set_default_timeout(PATIENCE)
                play(Album(context, TARGET, language, device, frozenset(sys.argv[1:])), company)
                context.close()
                print(f"{device} {language}: done", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
