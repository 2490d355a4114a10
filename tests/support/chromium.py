"""The Chromium of this machine and the flags that keep it to itself."""

from __future__ import annotations

import os
import shutil

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """Return the browser's program, or None where Playwright's own copy is to be used."""
    named = os.environ.get("CHROME")
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return named or next((path for path in found if path), None)
