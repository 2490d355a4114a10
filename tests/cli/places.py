"""Relay, gateway and messenger as processes on one machine, as an operator starts them."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import httpx
from typer.testing import CliRunner

from handschlag.cli.app import app
from tests.sandbox.process import HANDSCHLAG, PATIENCE, environment, until

OFFER = {
    "controller": {
        "name": "Kanin GmbH",
        "address": "Am Bau 1, Husum",
        "contact": "hallo@kanin.example",
        "data_protection_contact": "dsb@kanin.example",
    },
    "purposes": [
        {
            "purpose": "utility",
            "legal_basis": "GDPR Art. 6(1)(a)",
            "cap_per_day": 20,
            "cap_per_month": 200,
            "retention_days": 90,
            "description": {"en": "Your orders", "de": "Ihre Bestellungen"},
        }
    ],
    "notice": {"en": "May we write to you?", "de": "Dürfen wir Ihnen schreiben?"},
    "withdraw": {"en": "Any time.", "de": "Jederzeit."},
}
SHIPPED = {
    "name": "shipped",
    "language": "de",
    "category": "UTILITY",
    "components": [{"type": "BODY", "text": "Ihr Paket {{1}} ist unterwegs."}],
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Place:
    """One `handschlag … serve`, whose log is kept."""

    def __init__(self, folder: Path, name: str, command: list[str], port: int, variables: dict[str, str]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / f"{name}.log"
        self._command, self._variables, self._folder = [HANDSCHLAG, *command], variables, folder

    def start(self) -> None:
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                self._command, env=environment(**self._variables), stdout=log, stderr=log, cwd=self._folder
            )
        until(self._healthy)

    def _healthy(self) -> bool:
        assert self._process.poll() is None, self.log.read_text()
        try:
            return httpx.get(self.url + "/health", timeout=PATIENCE).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, number: int = signal.SIGTERM) -> int:
        self._process.send_signal(number)
        return self._process.wait(PATIENCE)

    def lines(self) -> list[dict[str, Any]]:
        """Return the log; fails if a line is no JSON object."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


class Places:
    """All three, over data in one folder or on PostgreSQL."""

    def __init__(self, folder: Path, relay_database: str = "", gateway_database: str = "") -> None:
        self.folder = folder
        relay, gateway, messenger = free_port(), free_port(), free_port()
        self.variables = {
            "HANDSCHLAG_RELAY_DATA": str(folder / "relay"),
            "HANDSCHLAG_RELAY_PORT": str(relay),
            "HANDSCHLAG_RELAY_DATABASE_URL": relay_database,
            "HANDSCHLAG_RELAY_ALLOWED_ORIGINS": json.dumps([f"http://127.0.0.1:{messenger}"]),
            "HANDSCHLAG_GATEWAY_DATA": str(folder / "gateway"),
            "HANDSCHLAG_GATEWAY_PORT": str(gateway),
            "HANDSCHLAG_GATEWAY_DATABASE_URL": gateway_database,
            "HANDSCHLAG_GATEWAY_PRIVATE_CALLBACKS": "true",
        }
        self.relay = Place(folder, "relay", ["relay", "serve"], relay, self.variables)
        self.gateway = Place(folder, "gateway", ["gateway", "serve"], gateway, self.variables)
        serve = ["messenger", "serve", "--relay-url", self.relay.url, "--port", str(messenger)]
        self.messenger = Place(folder, "messenger", serve, messenger, {})
        self.company: dict[str, str] = {}

    def run(self, *command: str, status: int = 0) -> str:
        """Run a command in a process of its own; return what it printed, or with another status what it said on standard error."""
        done = subprocess.run(
            [HANDSCHLAG, *command], env=environment(**self.variables), cwd=self.folder,
            capture_output=True, text=True, check=False, timeout=PATIENCE * 2,
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        return done.stdout if status == 0 else done.stderr

    def run_here(self, *command: str, status: int = 0) -> str:
        """Run a command in this process, which saves the second that starting one costs."""
        done = CliRunner().invoke(app, list(command), env=self.variables)
        assert done.exit_code == status, done.output
        return done.stdout if status == 0 else done.stderr

    def enrol(self) -> None:
        """Invite a company and let it in, as the two operators do."""
        evidence = ["--method", "domain", "--evidence", "kanin.example"]
        code = self.run("relay", "invite", "--name", "Kanin GmbH", *evidence).strip()
        printed = self.run(
            *("gateway", "enrol", "--relay-url", self.relay.url, "--invitation", code),
            *("--name", "Kanin GmbH", "--handle", "kanin", "--number", "+49 4841 1234567"),
        )
        self.company = dict(line.split(maxsplit=1) for line in printed.splitlines() if line.count(" ") and "_" in line)
        offer, shipped = self.folder / "offer.json", self.folder / "shipped.json"
        offer.write_text(json.dumps(OFFER))
        shipped.write_text(json.dumps(SHIPPED))
        self.run_here("gateway", "offer", "set", str(offer))
        self.run_here("gateway", "template", "add", str(shipped))

    def api(self, method: str, path: str, **request: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.company['access_token']}"}
        answer = httpx.request(method, self.gateway.url + path, headers=headers, timeout=PATIENCE, **request)
        return answer.json()

    def send(self, body: dict[str, Any]) -> str:
        path = f"/v23.0/{self.company['phone_number_id']}/messages"
        answer = self.api("POST", path, json={"messaging_product": "whatsapp", **body})
        return str(answer["messages"][0]["id"])
