"""Measure a durable mailbox on SQLite: messages in and out, in batches, each commit flushed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from mailbox_common import main

TARGET_US = 12

if __name__ == "__main__":
    # Beside the program and not in a folder for temporary files, which may be memory and know no flush.
    with TemporaryDirectory(dir=Path.cwd(), prefix=".benchmark-") as folder:
        main("mailbox_sqlite", f"sqlite:///{folder}/mailbox.db", target_us=TARGET_US)
