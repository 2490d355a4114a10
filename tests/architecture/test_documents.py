"""What the documents name exists: files, make targets, commands and their options; what is generated is current."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handschlag.cli.app import app
from handschlag.gateway.cloud_api.routes import OPEN_ROUTES, ROUTES
from handschlag.gateway.rules.error_codes import ERROR_CODES

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path for path in ROOT.glob("**/*.md") if not {"node_modules", ".venv"} & set(path.relative_to(ROOT).parts)
)
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)\s#]+)", document.read_text())
    assert not [link for link in links if not (document.parent / link).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_make_target_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", document.read_text(), re.MULTILINE))
    assert named <= targets


@cache
def help_of(command: tuple[str, ...]) -> str | None:
    """Return the help of a command, or None if there is none of that name."""
    result = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "200"})
    return result.output if result.exit_code == 0 else None


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_command_and_its_options_exist(document: Path) -> None:
    for line in re.findall(r"(?:^|[`/\s(])handschlag ((?:[a-z]+|--[a-z-]+)[^`\n]*)", document.read_text()):
        words = line.partition("#")[0].split()
        command = tuple(word for word in words[:3] if re.fullmatch("[a-z]+", word))
        while command and help_of(command) is None:
            command = command[:-1]
        text = help_of(command)
        # Prose that says "handschlag" in passing names no command.
        if not command or text is None:
            continue
        assert not [word for word in words if word.startswith("--") and word.rstrip("`),.;") not in text], line


def test_the_commands_of_the_three_places_are_in_the_how_to() -> None:
    text = (ROOT / "docs/how-to/run-it.md").read_text()
    for command in ("relay serve", "relay invite", "gateway enrol", "gateway serve", "messenger serve"):
        assert f"handschlag {command}" in text


@pytest.mark.parametrize("tool", ["settings_reference", "not_offered_reference"])
def test_a_page_that_is_written_from_the_code_is_current(tool: str) -> None:
    assert subprocess.run([sys.executable, f"tools/{tool}.py", "--check"], cwd=ROOT, check=False).returncode == 0


def test_every_variable_in_the_documents_is_a_setting() -> None:
    known = (ROOT / "docs/reference/settings.md").read_text()
    for document in DOCUMENTS:
        named = set(re.findall(r"HANDSCHLAG_(?:RELAY|GATEWAY)_[A-Z_]+[A-Z]", document.read_text()))
        named -= {"HANDSCHLAG_RELAY_URL", "HANDSCHLAG_GATEWAY_URL", "HANDSCHLAG_RELAY_DATA", "HANDSCHLAG_GATEWAY_DATA"}
        assert not [name for name in named if f"`{name}`" not in known], document


@pytest.mark.parametrize("pattern", [*ROUTES, *OPEN_ROUTES], ids="/".join)
def test_every_path_that_is_offered_is_in_the_reference_or_on_a_page_it_leads_to(pattern: tuple[str, ...]) -> None:
    reference = ROOT / "docs/reference/cloud-api.md"
    linked = re.findall(r"\]\(([^)#\s]+\.md)(?:#[^)]*)?\)", reference.read_text())
    pages = {reference, *(reference.parent / link for link in linked)} - {reference.parent / "not-offered.md"}
    text = "\n".join(page.read_text() for page in pages)
    words = [part for part in pattern if not part.startswith("{")]
    assert not [word for word in words if not re.search(rf"[/`]{re.escape(word)}\b", text)]


def test_every_error_code_of_the_reference_is_one_the_gateway_has() -> None:
    text = (ROOT / "docs/reference/cloud-api.md").read_text()
    rows = re.findall(r"^\| ([\d, ]+) \|", text, re.MULTILINE)
    codes = {int(code) for row in rows for code in row.split(",")}
    assert len(codes) > 15
    assert codes <= ERROR_CODES.keys()
