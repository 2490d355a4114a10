"""Writes docs/reference/settings.md from the settings themselves; `--check` only says whether it is current."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic_settings import BaseSettings

from handschlag.gateway.settings import GatewaySettings
from handschlag.relay.settings import RelaySettings

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "settings.md"
_INTRODUCTION = """\
# Settings

Environment variables, read once at start. This page is written from the code by `python tools/settings_reference.py`; a test says
when it is out of date. Lists are JSON: `HANDSCHLAG_RELAY_ALLOWED_ORIGINS='["https://chat.example.org"]'`. A wrong value stops the
start with the variable's name. The messenger has options instead: `handschlag messenger serve --help`.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([_INTRODUCTION, *_section("Relay", RelaySettings), "", *_section("Gateway", GatewaySettings), ""])


def _section(title: str, settings: type[BaseSettings]) -> list[str]:
    prefix = str(settings.model_config["env_prefix"])
    lines = [f"## {title}", "", "| variable | default | meaning |", "|---|---|---|"]
    for name, field in settings.model_fields.items():
        limits = _limits(field.annotation, field.metadata)
        meaning = f"{field.description} {limits}".strip()
        lines.append(f"| `{prefix}{name.upper()}` | {_default(field.default)} | {meaning} |")
    return lines


def _default(value: object) -> str:
    if value in ("", []):
        return "empty"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list):
        return f"`[{', '.join(f'{number:g}' for number in value)}]`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _limits(annotation: Any, metadata: list[Any]) -> str:
    if str(get_origin(annotation)) == "typing.Literal":
        return "One of " + ", ".join(f"`{choice}`" for choice in get_args(annotation)) + "."
    low = next((f"{m.ge:g}" for m in metadata if hasattr(m, "ge")), "")
    low = low or next((f"more than {m.gt:g}" for m in metadata if hasattr(m, "gt")), "")
    high = next((f"{m.le:g}" for m in metadata if hasattr(m, "le")), "")
    return f"({low} to {high})" if low and high else ""


def main(arguments: list[str]) -> int:
    """Write the page, or return 1 if it is not current."""
    if "--check" in arguments:
        return int(PAGE.read_text() != page())
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
