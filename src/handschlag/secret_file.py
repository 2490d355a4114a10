"""Files that hold one secret: whole or not there, readable by their owner alone, never written over."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_secret_file(path: Path, secret: bytes) -> None:
    """Write a secret and return when it is on disk; raises FileExistsError if the file is there.

    It gets its name only when it is whole: a process that is killed in between leaves no half secret behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secret)
        os.fsync(descriptor)
        os.link(draft, path)
    finally:
        os.close(descriptor)
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
