"""Takes a screenshot of every screen of the messenger: both themes, both languages, phone and desktop, with a real sandbox.

`make screens` writes screens/<screen>-<theme>-<language>-<phone|desktop>.png; names of screens as arguments take only those.
`make poster` writes the messenger's picture of the README.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from album import DEVICES, LOCALES, Album  # noqa: E402  a program beside its parts
from company import running_company  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from poster import draw  # noqa: E402
from story import play  # noqa: E402
from tests.support.chromium import FLAGS, chromium_path  # noqa: E402  the same browser as the tests

TARGET = ROOT / "screens"
# A microphone and a camera that show a test picture, and nobody who has to allow them.
SENSES = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def main() -> None:
    """Play the story once for each language and device, or its beginning for the poster."""
    TARGET.mkdir(exist_ok=True)
    with running_company() as company, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*FLAGS, *SENSES])
        if sys.argv[1:] == ["--poster"]:
            draw(browser, company, ROOT / "docs" / "pictures")
            return
        for device, language in product(DEVICES, LOCALES):
            album = Album(browser, TARGET, language, device, frozenset(sys.argv[1:]))
            play(album, company)
            album.context.close()
            print(f"{device} {language}: done", flush=True)


if __name__ == "__main__":
    main()
