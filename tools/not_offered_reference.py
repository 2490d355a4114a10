"""Writes docs/reference/not-offered.md from the gateway's own table; `--check` only says whether it is current."""

from __future__ import annotations

import sys
from pathlib import Path

from handschlag.gateway.cloud_api.not_offered import METHODS_NOT_OFFERED, NOT_OFFERED

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "not-offered.md"
_INTRODUCTION = """\
# What of the Cloud API is not offered

Each of these answers HTTP 400 with code 100, type `GraphMethodException`, and the reason in its message. This page is written from the
code by `python tools/not_offered_reference.py`; a test says when it is out of date. [What is offered](cloud-api.md).

| path | why |
|---|---|
"""


def page() -> str:
    """Return the whole page: paths with the same reason share a row."""
    paths: dict[str, list[str]] = {}
    for pattern, why in NOT_OFFERED.items():
        paths.setdefault(why, []).append(f"`/{'/'.join(pattern)}`")
    for (pattern, method), why in METHODS_NOT_OFFERED.items():
        paths.setdefault(why, []).append(f"`{method} /{'/'.join(pattern)}`")
    return _INTRODUCTION + "".join(f"| {', '.join(names)} | {why} |\n" for why, names in paths.items())


def main(arguments: list[str]) -> int:
    """Write the page, or return 1 if it is not current."""
    if "--check" in arguments:
        return int(not PAGE.exists() or PAGE.read_text() != page())
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
