"""A third-party client's program that stays: it prints a line of JSON for each thing it saw, until its input is closed."""

from __future__ import annotations

import json
import subprocess
import threading
from typing import Any

from tests.compatibility import clients
from tests.sandbox.process import until


class Program:
    """Runs until it is closed."""

    def __init__(self, name: str, told: dict[str, Any], more: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            clients.command(name),
            env=clients.environment(told, more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines: list[dict[str, Any]] = []
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        self.started = self.saw("start")

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(json.loads(line))

    def saw(self, what: str, **parts: Any) -> dict[str, Any]:
        """Wait until it saw something of this kind with these parts."""
        wanted = {"saw": what, **parts}
        return until(
            lambda: next(
                (line for line in list(self._lines) if all(line.get(name) == value for name, value in wanted.items())),
                None,
            )
        )

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.terminate()
        self._process.wait(10)
        self._thread.join()
