"""A push service on this machine: takes what relays post, and opens it with the browser's own keys, as a browser would."""

from __future__ import annotations

import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


class Browser:
    """The keys a browser makes for one subscription."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = secrets.token_bytes(16)
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.keys = {"p256dh": base64url(point), "auth": base64url(self._auth)}

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed for this browser (RFC 8291)."""
        opened: bytes = http_ece.decrypt(sealed, private_key=self._key, auth_secret=self._auth, version="aes128gcm")
        return opened


class Posted(msgspec.Struct):
    """One request that came: its path, headers in lower case, and bytes."""

    path: str
    headers: dict[str, str]
    body: bytes

    def is_signed_for(self, origin: str) -> dict[str, Any]:
        """Return the claims of the relay's signature; fails if it does not open."""
        authorization = self.headers["authorization"]
        assert Vapid02.verify(authorization)
        claims = authorization.removeprefix("vapid t=").split(".")[1]
        decoded: dict[str, Any] = msgspec.json.decode(_from_base64url(claims))
        assert decoded["aud"] == origin
        return decoded


def _from_base64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushService:
    """Answers 201, or what a test wants instead: a status and headers."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.answer: Callable[[str], tuple[int, dict[str, str]]] = lambda _path: (201, {})
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, more = service.answer(self.path)
                service.posted.append(Posted(self.path, headers, body))
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def companies(self, browser: Browser, path: str = "/ines") -> list[str]:
        """Return whose chats a browser was woken for; fails if a wake-up holds anything else."""
        found = []
        for posted in self.posted:
            if posted.path == path:
                wake_up = msgspec.json.decode(browser.open(posted.body))
                assert wake_up.keys() == {"company", "version"}
                found.append(wake_up["company"])
        return found
