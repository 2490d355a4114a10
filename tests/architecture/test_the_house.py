"""The house stays one a newcomer can read: small files, small folders, a sentence at every door, nothing of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = {".py", ".ts", ".svelte", ".css", ".mjs"}


@cache
def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def code() -> list[Path]:
    return [f for f in tracked() if f.suffix in CODE and f.name != "types.ts"]


def text_of(file: Path) -> str:
    return file.read_text(errors="replace")


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {str(f.relative_to(ROOT)): n for f in code() if (n := len(text_of(f).splitlines())) > 400}
    assert not long


def test_no_folder_holds_more_than_twenty_five_files() -> None:
    folders = Counter(f.parent for f in tracked() if f.relative_to(ROOT).parts[0] in {"src", "web"})
    assert not {str(d.relative_to(ROOT)): n for d, n in folders.items() if n > 25}


def test_every_python_file_starts_with_a_sentence_that_says_what_it_is() -> None:
    silent = [
        str(f.relative_to(ROOT)) for f in code() if f.suffix == ".py" and not ast.get_docstring(ast.parse(text_of(f)))
    ]
    assert not silent


def test_every_typescript_file_starts_with_a_sentence_that_says_what_it_is() -> None:
    silent = [
        str(f.relative_to(ROOT))
        for f in code()
        if f.suffix in {".ts", ".mjs"} and not text_of(f).lstrip().startswith(("//", "/*"))
    ]
    assert not silent


def test_no_mark_stands_in_the_code_without_an_issue() -> None:
    marks = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
    assert not [str(f.relative_to(ROOT)) for f in code() if marks.search(text_of(f))]


def test_no_tracked_file_names_this_machine_or_a_registry() -> None:
    hosts = ("registry." + "npmjs.org", "files." + "pythonhosted.org", "pypi." + "org/simple")
    forbidden = (str(ROOT.parent) + "/", *hosts)
    found = [str(f.relative_to(ROOT)) for f in tracked() if any(word in text_of(f) for word in forbidden)]
    assert not found


def test_every_locked_package_carries_its_hash() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        packages = re.split(r"\n(?=[a-z])", lock.read_text().strip())
        assert packages
        assert not [p.split("==")[0] for p in packages if "--hash=sha256:" not in p]


def test_the_web_lock_carries_hashes_and_no_addresses() -> None:
    lock = (ROOT / "web/package-lock.json").read_text()
    assert '"integrity": "sha512-' in lock
    assert '"resolved"' not in lock


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_shows_both_commands_on_its_first_screen(command: str) -> None:
    assert command in "\n".join((ROOT / "README.md").read_text().splitlines()[:25])
