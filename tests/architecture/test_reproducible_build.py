"""Two builds of the messenger, in whatever folder, give the same files, and an installation serves only those."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handschlag.messenger.app import STATIC, Messenger, NotBuilt, file_hashes, hash_lines

ROOT = Path(__file__).parents[2]


def test_a_build_in_another_folder_gives_the_same_hashes(tmp_path: Path) -> None:
    unmade = shutil.ignore_patterns("node_modules")
    shutil.copytree(ROOT / "web", tmp_path / "web", ignore=unmade)
    (tmp_path / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    node = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["npm", "run", "--silent", "build"], cwd=tmp_path / "web", env=node, check=True, capture_output=True)
    again = tmp_path / "src" / "handschlag" / "messenger" / "static"
    assert (again / "hashes.txt").read_text() == hash_lines()


def test_a_file_that_was_not_built_so_is_named_and_nothing_is_served(tmp_path: Path) -> None:
    shutil.copytree(STATIC, tmp_path / "static")
    name = next(name for name in file_hashes() if name.endswith(".js"))
    (tmp_path / "static" / name).write_text("alert(1)")
    with pytest.raises(NotBuilt, match=f"{name} is not the file that was built"):
        Messenger(relay_url="http://127.0.0.1:1", folder=tmp_path / "static")
