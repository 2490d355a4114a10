"""The picture at the top of the README: three screens of a phone side by side, in both themes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from album import THEMES, Album
from PIL import Image, ImageDraw
from story import arrive, receive, talk

if TYPE_CHECKING:
    from company import Company
    from playwright.sync_api import Browser

SCREENS = ("invitation", "thread", "thread-files")
WIDTH, GAP, RADIUS, EDGE = 480, 40, 36, "#8a7a8c"


def draw(browser: Browser, company: Company, target: Path) -> None:
    """Play the beginning of the story on a sharp phone, and write its pictures joined: messenger-<light|dark>.webp."""
    with tempfile.TemporaryDirectory() as folder:
        album = Album(browser, Path(folder), "en", "phone", frozenset(SCREENS), scale=2)
        arrive(album, company)
        receive(album, company, talk(album, company))
        for theme in THEMES:
            pictures = [Image.open(Path(folder, f"{screen}-{theme}-en-phone.png")) for screen in SCREENS]
            joined(pictures).save(target / f"messenger-{theme}.webp", quality=82, method=6)


def joined(pictures: Sequence[Image.Image]) -> Image.Image:
    """Return pictures of one size side by side with round corners, on nothing."""
    height = round(pictures[0].height * WIDTH / pictures[0].width)
    mask = Image.new("L", (WIDTH, height))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, WIDTH - 1, height - 1), RADIUS, fill=255)
    row = Image.new("RGBA", (len(pictures) * (WIDTH + GAP) - GAP, height))
    edge = ImageDraw.Draw(row)
    for place, picture in enumerate(pictures):
        start = place * (WIDTH + GAP)
        row.paste(picture.resize((WIDTH, height), Image.Resampling.LANCZOS), (start, 0), mask)
        edge.rounded_rectangle((start, 0, start + WIDTH - 1, height - 1), RADIUS, outline=EDGE, width=3)
    return row
