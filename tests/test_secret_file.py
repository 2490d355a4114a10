"""Files that hold a secret (src/handschlag/secret_file.py): whole or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from handschlag.relay.signing_key import load_secrets
from handschlag.secret_file import write_secret_file


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    write_secret_file(tmp_path / "new" / "a.key", b"secret")
    assert (tmp_path / "new" / "a.key").read_bytes() == b"secret"
    assert (tmp_path / "new" / "a.key").stat().st_mode & 0o777 == 0o600


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    write_secret_file(tmp_path / "a.key", b"first")
    with pytest.raises(FileExistsError):
        write_secret_file(tmp_path / "a.key", b"second")
    assert (tmp_path / "a.key").read_bytes() == b"first"
    assert [one.name for one in tmp_path.iterdir()] == ["a.key"]


def test_a_process_killed_before_the_secret_is_on_disk_leaves_a_folder_to_start_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(_descriptor: int) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", killed)
        with pytest.raises(Killed):
            load_secrets(tmp_path)
    first = load_secrets(tmp_path)
    assert load_secrets(tmp_path).signing_key.public == first.signing_key.public
