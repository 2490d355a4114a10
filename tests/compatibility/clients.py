"""Runs the programs in python_clients/ and node_clients/: third-party clients, unmodified, in processes of their own."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

from tests.sandbox.process import SandboxProcess

HERE = Path(__file__).parent
NODE = str(Path(sys.executable).with_name("node"))
PATIENCE = 90
# A form with one screen, as the clients upload it.
FLOW = {
    "version": "6.0",
    "screens": [
        {
            "id": "SEAT",
            "title": "Your seat",
            "terminal": True,
            "data": {},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {
                        "type": "RadioButtonsGroup",
                        "name": "seat",
                        "label": "Seat",
                        "required": True,
                        "data-source": [{"id": "window", "title": "Window"}, {"id": "aisle", "title": "Aisle"}],
                    },
                    {
                        "type": "Footer",
                        "label": "Choose",
                        "on-click-action": {"name": "complete", "payload": {"seat": "${form.seat}"}},
                    },
                ],
            },
        }
    ],
}


class Links:
    """Serves a folder over HTTP, for messages whose files are links."""

    def __init__(self, folder: Path) -> None:
        handler = partial(_Quiet, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def given(sandbox: SandboxProcess, customer: dict[str, str], *, base_url: str | None, **more: Any) -> dict[str, Any]:
    """Return what a program is told: where, who, and whom to write to."""
    connection = sandbox.connection
    return {
        "baseUrl": base_url,
        "token": connection["access_token"],
        "appId": connection["app_id"],
        "appSecret": connection["app_secret"],
        "phoneNumberId": connection["phone_number_id"],
        "wabaId": connection["waba_id"],
        "to": customer["wa_id"],
        "userId": customer["user_id"],
        "flow": FLOW,
        **more,
    }


def command(program: str) -> list[str]:
    """Return how a program is started."""
    if program.endswith(".mjs"):
        return [NODE, str(HERE / "node_clients" / program)]
    return [sys.executable, str(HERE / "python_clients" / program)]


def environment(told: dict[str, Any], more: dict[str, str]) -> dict[str, str]:
    """Return a program's environment: no proxy of this machine, what it is told, and what a test adds."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return kept | {"GIVEN": json.dumps(told)} | more


def run(program: str, told: dict[str, Any], more: dict[str, str]) -> dict[str, Any]:
    """Run a program to its end and return what each of its calls answered."""
    done = subprocess.run(
        command(program), env=environment(told, more), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    answers: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answers
