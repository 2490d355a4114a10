"""A webhook endpoint in a thread, made of the standard library alone: verifies, remembers, and lets a test wait."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sandbox.process import until


class Endpoint:
    """Listens on a port of its own until it is closed."""

    def __init__(self, verify_token: str, app_secret: str) -> None:
        self.verify_token, self._secret = verify_token, app_secret.encode()
        self.challenges: list[dict[str, str]] = []
        self.posts: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.unsigned = 0
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                endpoint.challenges.append(query)
                right = query.get("hub.verify_token") == endpoint.verify_token
                self._answer(200 if right else 403, query.get("hub.challenge", "").encode() if right else b"no")

            def do_POST(self) -> None:
                endpoint._take(self.rfile.read(int(self.headers["Content-Length"])), self.headers)
                self._answer(200, b"")

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhook"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _take(self, body: bytes, headers: Any) -> None:
        expected = "sha256=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, headers.get("X-Hub-Signature-256", "")):
            self.unsigned += 1
        self.headers.append({name.lower(): value for name, value in headers.items()})
        self.posts.append(body)

    @property
    def values(self) -> list[dict[str, Any]]:
        """Everything that came, one `value` per event."""
        return [
            change["value"] for body in self.posts for entry in json.loads(body)["entry"] for change in entry["changes"]
        ]

    def message(self, id_: str) -> dict[str, Any]:
        """Wait for the event of an inbound message and return its value."""
        return until(lambda: next((v for v in self.values if any(m["id"] == id_ for m in v.get("messages", []))), None))

    def system(self, kind: str) -> dict[str, Any]:
        """Wait for an event of this kind that nobody wrote and return its value."""

        def fits(message: dict[str, Any]) -> bool:
            return bool(message.get("system", {}).get("type") == kind)

        return until(lambda: next((v for v in self.values if any(map(fits, v.get("messages", [])))), None))

    def status(self, id_: str, word: str) -> dict[str, Any]:
        """Wait for a status of an outgoing message and return it, with its event's contacts."""

        def find() -> dict[str, Any] | None:
            for value in self.values:
                for status in value.get("statuses", []):
                    if status["id"] == id_ and status["status"] == word:
                        return {**status, "contacts": value["contacts"]}
            return None

        return until(find)

    def words(self, id_: str) -> list[str]:
        """Return the statuses that came for a message, in their order."""
        return [s["status"] for v in self.values for s in v.get("statuses", []) if s["id"] == id_]
