"""What a person sees: the link with its QR code, who joined, a line that runs when it is pasted, and every webhook."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.sandbox.process import HANDSCHLAG, PATIENCE, environment, free_port_base


class Terminal:
    """A sandbox in a terminal of 80 columns, read as a person reads it."""

    def __init__(self, data: Path, port_base: int) -> None:
        self.control = f"http://127.0.0.1:{port_base + 3}"
        self._screen, inner = pty.openpty()
        self._process = subprocess.Popen(
            [HANDSCHLAG, "sandbox", "--data", str(data), "--port-base", str(port_base)],
            stdin=inner, stdout=inner, stderr=inner, env=environment(COLUMNS="80", TERM="xterm-256color"),
        )  # fmt: skip
        os.close(inner)
        self._seen = ""

    @property
    def text(self) -> str:
        """Everything printed so far, without colours and links."""
        plain = re.sub(r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", self._seen)
        return plain.replace("\r\n", "\n")

    def wait_for(self, pattern: str) -> re.Match[str]:
        end = time.monotonic() + PATIENCE
        while (found := re.search(pattern, self.text, re.DOTALL)) is None:
            assert time.monotonic() < end, self.text
            if select.select([self._screen], [], [], 0.1)[0]:
                self._seen += os.read(self._screen, 65_536).decode(errors="replace")
        return found

    def close(self) -> int:
        """Press Ctrl+C and return the exit status."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(PATIENCE)
            os.close(self._screen)
        return self._process.returncode


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path / "data", free_port_base())
    yield opened
    opened.close()


def test_the_way_from_the_link_to_the_answer(terminal: Terminal) -> None:
    link = terminal.wait_for(r"  (http://127\.0\.0\.1:\d+/#/c/moewe-air\?k=[\w-]{43})\n").group(1)
    assert httpx.get(link).status_code == 200
    terminal.wait_for("█▀▀▀█|█ ▄▄▄▄▄ █")
    terminal.wait_for("Webhooks are printed as they come")
    assert terminal.text.index("starting relay") < terminal.text.index("Möwe Air is waiting")

    ines = httpx.post(f"{terminal.control}/customers", json={"name": "Ines [bold]Brandt"}).json()
    terminal.wait_for(r"Ines \[bold\]Brandt joined\.")
    httpx.post(
        f"{terminal.control}/customers/{ines['id']}/messages",
        json={"type": "text", "text": {"body": "[red]Moin\x1b[31m"}},
    )
    terminal.wait_for(r"webhook message from Ines .*: \[red\]Moin \[31m\n")
    httpx.post(
        f"{terminal.control}/customers/{ines['id']}/messages",
        json={"type": "location", "location": {"latitude": 54.3, "longitude": 10.1, "name": "Kiel"}},
    )
    terminal.wait_for(r"webhook message from Ines .*: \(location\) Kiel\n")

    line = terminal.wait_for(r"(curl http.*?'\n)\n").group(1)
    run = subprocess.run(["sh", "-c", line.replace("curl", "curl -s", 1)], capture_output=True, text=True, check=True)
    wamid = re.search(r'"id":"(wamid\.[^"]+)"', run.stdout)
    assert wamid is not None, run.stdout
    terminal.wait_for(rf"webhook sent to Ines .*{re.escape(wamid[1])}")
    terminal.wait_for(rf"webhook delivered to Ines .*{re.escape(wamid[1])}")
    assert terminal.close() == 0


def test_the_next_start_offers_the_line_for_who_was_there(tmp_path: Path) -> None:
    base = free_port_base()
    first = Terminal(tmp_path / "data", base)
    first.wait_for("as they come")
    ines = httpx.post(f"{first.control}/customers", json={"name": "Ines Brandt"}).json()
    first.wait_for("joined")
    assert first.close() == 0
    second = Terminal(tmp_path / "data", base)
    second.wait_for(f"Ines Brandt is here from last time.*curl .*{ines['wa_id']}")
    assert second.close() == 0
