"""The least HTTP/1.1 that a load generator needs: a client that posts and a host that answers 200, both with little processor time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class _Messages(asyncio.Protocol):
    """Cuts what arrives into heads and bodies; a body has a Content-Length or is empty."""

    def __init__(self) -> None:
        self._buffer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data
        while (end := buffer.find(_END)) >= 0:
            head = buffer[:end]
            at = head.lower().find(_LENGTH)
            length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            body_at = end + len(_END)
            if len(buffer) < body_at + length:
                break
            body, buffer = buffer[body_at : body_at + length], buffer[body_at + length :]
            self.message_received(head, body)
        self._buffer = buffer

    def message_received(self, head: bytes, body: bytes) -> None:
        """Take one message."""
        raise NotImplementedError


class PostConnection(_Messages):
    """One connection of a program, for one request at a time; `on_answer` gets itself, the status and the body."""

    def __init__(
        self, on_answer: Callable[[PostConnection, int, bytes], None], on_lost: Callable[[PostConnection], None]
    ) -> None:
        super().__init__()
        self._on_answer = on_answer
        self._on_lost = on_lost
        self.began = 0.0

    def post(self, request: bytes, began: float) -> None:
        """Send a whole request; `began` is when it was due."""
        self.began = began
        self.transport.write(request)

    def message_received(self, head: bytes, body: bytes) -> None:
        self._on_answer(self, int(head[9:12]), body)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._on_lost(self)


class WebhookHost(_Messages):
    """Confirms every request, and hands its body on."""

    def __init__(self, on_body: Callable[[bytes], None]) -> None:
        super().__init__()
        self._on_body = on_body

    def message_received(self, head: bytes, body: bytes) -> None:  # noqa: ARG002
        self.transport.write(_OK)
        self._on_body(body)


def post_request(path: str, host: str, token: str, body: bytes) -> bytes:
    """Return the bytes of a POST with JSON."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"User-Agent: benchmark\r\nAccept: */*\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
