"""The company's side of the pictures: a sandbox of its own, its webhook, and what it sends over the Cloud API."""

from __future__ import annotations

import http.server
import json
import queue
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import httpx

PATIENCE = 15.0


class Webhook(http.server.BaseHTTPRequestHandler):
    """Takes the gateway's webhooks: the first message of a customer says how to write back."""

    senders: queue.Queue[str] = queue.Queue()
    pages: ClassVar[dict[str, tuple[str, bytes]]] = {}

    def do_GET(self) -> None:
        """Answer the challenge, or with a page of the company's web site."""
        if (page := self.pages.get(self.path)) is not None:
            return self._answer(page[1], page[0])
        return self._answer(parse_qs(urlsplit(self.path).query).get("hub.challenge", [""])[0].encode())

    def do_POST(self) -> None:
        """Note who wrote."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for entry in body["entry"]:
            for change in entry["changes"]:
                for message in change["value"].get("messages", []):
                    self.senders.put(message["from"])
        self._answer(b"")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def _answer(self, body: bytes, mime_type: str = "text/plain") -> None:
        self.send_response(200)
        self.send_header("Content-Type", mime_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Company:
    """Möwe Air, over the Cloud API."""

    def __init__(self, connection: dict[str, str], webhook: str) -> None:
        self._site = webhook.rstrip("/")
        self.link, self.messenger = connection["click_to_chat_url"], connection["messenger_url"]
        self._number, self._account = connection["phone_number_id"], connection["waba_id"]
        self._http = httpx.Client(base_url=f"{connection['gateway_url']}/v23.0/", timeout=PATIENCE)
        self._token = {"Authorization": f"Bearer {connection['access_token']}"}
        app = f"{connection['app_id']}|{connection['app_secret']}"
        subscription = {"object": "whatsapp_business_account", "callback_url": webhook, "fields": "messages"}
        answer = self._http.post(
            f"{connection['app_id']}/subscriptions", json={**subscription, "verify_token": "screens"},
            headers={"Authorization": f"Bearer {app}"},
        )  # fmt: skip
        answer.raise_for_status()

    def next_sender(self) -> str:
        """Return how the customer who writes next is addressed."""
        return Webhook.senders.get(timeout=PATIENCE)

    def forget_senders(self) -> None:
        """What the customer before wrote last is of no interest any more."""
        Webhook.senders.queue.clear()

    def send(self, to: str, kind: str, content: Any) -> None:
        """Send a message."""
        message = {"messaging_product": "whatsapp", "to": to, "type": kind, kind: content}
        self._http.post(f"{self._number}/messages", json=message, headers=self._token).raise_for_status()

    def publish(self, path: str, mime_type: str, content: bytes) -> str:
        """Put a page on the company's web site, and return its address."""
        Webhook.pages[path] = (mime_type, content)
        return self._site + path

    def upload(self, name: str, mime_type: str, content: bytes) -> str:
        """Bring a file, and return its id."""
        answer = self._http.post(
            f"{self._number}/media", headers=self._token, data={"messaging_product": "whatsapp"},
            files={"file": (name, content, mime_type)},
        )  # fmt: skip
        answer.raise_for_status()
        return str(answer.json()["id"])

    def create_code_template(self, language: str) -> None:
        """Create the template of a code to sign in, and wait until it may be sent; a second time it is there already."""
        parts = [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ]
        template = {"name": "sign_in", "language": language, "category": "AUTHENTICATION", "components": parts}
        path = f"{self._account}/message_templates"
        answer = self._http.post(path, json=template, headers=self._token)
        if answer.is_error:
            return
        wanted = answer.json()["id"]
        for _ in range(100):
            if self._http.get(f"{wanted}?fields=status", headers=self._token).json()["status"] == "APPROVED":
                return
            time.sleep(0.1)
        raise RuntimeError("the template was not approved")

    def send_departure(self, to: str, language: str) -> None:
        """Send the template that tells a flight's gate."""
        values = {"header": ["MA 204"], "body": ["Ines", "Helgoland", "14:05", "B12"]}
        components: list[dict[str, Any]] = [
            {"type": part, "parameters": [{"type": "text", "text": text} for text in texts]}
            for part, texts in values.items()
        ]
        button = {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "8KX2"}]}
        code = "de" if language == "de" else "en_US"
        self.send(
            to, "template", {"name": "departure", "language": {"code": code}, "components": [*components, button]}
        )


@contextmanager
def running_company() -> Iterator[Company]:
    """Run a sandbox in a temporary folder, and its company's webhook."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="handschlag-screens-") as folder:
        command = [str(Path(sys.executable).parent / "handschlag"), "sandbox", "--json"]
        process = subprocess.Popen(
            [*command, "--data", folder, "--port-base", str(free_port_base())], stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            yield Company(json.loads(process.stdout.readline()), f"http://127.0.0.1:{server.server_port}/")
        finally:
            process.terminate()
            process.wait(PATIENCE)
            server.shutdown()


def free_port_base() -> int:
    """Return the first of four neighbouring ports nobody listens on."""
    for base in range(21_000, 60_000, 7):
        probes = [socket.socket() for _ in range(4)]
        try:
            for offset, probe in enumerate(probes):
                probe.bind(("127.0.0.1", base + offset))
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
        return base
    raise RuntimeError("no four free ports in a row")
