"""The Chromium of this machine and the flags that keep it to itself."""

from __future__ import annotations

import os
import shutil

# Parts of a window that nobody looks at: each customer has one of their own, and its hidden list beside the address bar
# costs as much as the messenger. A list given here takes the place of Playwright's own, so what keeps the browser from
# looking for its maker's servers, and a test's pages as they are, stands here too.
OFF = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "PreloadTopChromeWebUI",
    "AimEnabled",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "PreconnectToSearch",
    "MediaRouter",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "DestroyProfileOnBrowserClose",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
]
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(OFF)}",
]


def chromium_path() -> str | None:
    """Return the browser's program, or None where Playwright's own copy is to be used."""
    named = os.environ.get("CHROME")
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return named or next((path for path in found if path), None)
