"""A sandbox as a process of its own, and the calls its users make to it."""

from __future__ import annotations

import atexit
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil  # type: ignore[import-untyped]

T = TypeVar("T")

HANDSCHLAG = str(Path(sys.executable).with_name("handschlag"))
PATIENCE = 20.0


def free_port_base() -> int:
    """Return the first of five ports in a row that nobody listens on, below those the system gives away."""
    for _ in range(500):
        base = random.randrange(11_000, 32_000)
        try:
            for port in range(base, base + 5):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise RuntimeError("no five free ports in a row")


def until(
    found: Callable[[], T | None], patience: float = PATIENCE, pause: Callable[[float], object] = time.sleep
) -> T:
    """Ask again and again until the answer is true, and return it; `pause` takes seconds."""
    end = time.monotonic() + patience
    while not (answer := found()):
        assert time.monotonic() < end, f"still {answer!r} after {patience} s"
        pause(0.02)
    return answer


# A busy machine has fetched a page of its own by then.
PATIENT = {"HANDSCHLAG_GATEWAY_LINK_PREVIEW_TIMEOUT": "30"}


class SandboxProcess:
    """`handschlag sandbox --json`, started and stopped."""

    def __init__(self, data: Path, port_base: int | None = None) -> None:
        self.data = data
        self.port_base = port_base or free_port_base()
        self.line = ""
        self.connection: dict[str, str] = {}
        self.seconds_to_start = 0.0

    def start(self) -> SandboxProcess:
        command = [HANDSCHLAG, "sandbox", "--json", "--data", str(self.data), "--port-base", str(self.port_base)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.data.parent, env=os.environ | PATIENT
        )
        # A test that fails on the way leaves nothing running.
        atexit.register(self.process.kill)
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        self.line = self.process.stdout.readline().decode() if ready else ""
        if not self.line:
            raise AssertionError(self.stop()[2])
        # Its own time: the clock on the wall counts the other tests' too.
        used = psutil.Process(self.process.pid).cpu_times()
        self.seconds_to_start = used.user + used.system
        self.connection = json.loads(self.line)
        self.http = httpx.Client(timeout=PATIENCE)
        return self

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Return exit status, and what was still written on standard output and on standard error."""
        self.process.send_signal(number)
        out, error = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out.decode(), error.decode()

    # The control door

    def control(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = self.http.request(method, self.connection["control_url"] + path, json=body)
        return answer.status_code, answer.json()

    def do(self, path: str, body: Any = None) -> Any:
        """Post to the control door; fails the test if it refuses."""
        status, answer = self.control("POST", path, body if body is not None else {})
        assert status == 200, answer
        return answer

    def customer(self, name: str = "Ines Brandt", **more: Any) -> dict[str, str]:
        made: dict[str, str] = self.do("/customers", {"name": name, **more})
        return made

    def messages(self, customer: dict[str, str]) -> list[dict[str, Any]]:
        status, answer = self.control("GET", f"/customers/{customer['id']}/messages")
        assert status == 200, answer
        found: list[dict[str, Any]] = answer["messages"]
        return found

    def received(self, customer: dict[str, str], id_: str) -> dict[str, Any]:
        """Wait until a customer's device has opened a message, and return it."""
        return until(lambda: next((m for m in self.messages(customer) if m["id"] == id_), None))

    def write(self, customer: dict[str, str], text: str, **more: Any) -> str:
        body = {"type": "text", "text": {"body": text}, **more}
        return str(self.do(f"/customers/{customer['id']}/messages", body)["id"])

    def statuses_of_sent(self, customer: dict[str, str]) -> dict[str, str]:
        """Return how far the messages are that a customer wrote."""
        _, answer = self.control("GET", f"/customers/{customer['id']}")
        return {sent["id"]: sent["status"] for sent in answer["sent"]}

    # The Cloud API

    def api(self, method: str, path: str, **request: Any) -> tuple[int, Any]:
        request.setdefault("headers", {"Authorization": f"Bearer {self.connection['access_token']}"})
        answer = self.http.request(method, self.connection["gateway_url"] + path, **request)
        return answer.status_code, answer.json()

    def send(self, body: dict[str, Any]) -> str:
        """Post a message and return its wamid; fails the test if it is not accepted."""
        path = f"/v23.0/{self.connection['phone_number_id']}/messages"
        status, answer = self.api("POST", path, json={"messaging_product": "whatsapp", **body})
        assert status == 200, answer
        return str(answer["messages"][0]["id"])

    def send_text(self, to: str, text: str, **more: Any) -> str:
        return self.send({"to": to, "type": "text", "text": {"body": text}, **more})

    def send_template(self, to: str, name: str, language: str, components: list[Any] | None = None) -> str:
        template = {"name": name, "language": {"code": language}, "components": components or []}
        return self.send({"to": to, "type": "template", "template": template})

    def subscribe(self, url: str, verify_token: str | None = None) -> tuple[int, Any]:
        fields = {
            "object": "whatsapp_business_account",
            "callback_url": url,
            "verify_token": verify_token or self.connection["verify_token"],
            "fields": "messages",
        }
        return self.api("POST", f"/{self.connection['app_id']}/subscriptions", params=fields)


DEPARTURE = [
    {"type": "header", "parameters": [{"type": "text", "text": "MA 204"}]},
    {
        "type": "body",
        "parameters": [{"type": "text", "text": text} for text in ("Ines", "Helgoland", "14:05", "B12")],
    },
    {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "8KX2"}]},
]


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without Handschlag's own variables, and with these."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HANDSCHLAG_")} | more
