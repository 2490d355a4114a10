"""A relay's doors as a stranger sees them: HTTP with any bytes, the live socket with any frame."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec

from handschlag.wire.frames import Deliver, Event, Result, Results

SECONDS = 10.0


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the JSON, the headers."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def error(self) -> dict[str, Any]:
        """The error object; fails if the answer is none."""
        assert self.status >= 400, self
        error: dict[str, Any] = self.body["error"]
        assert {"code", "message"} <= error.keys() <= {"code", "message", "field", "seen", "limit", "retry_after"}
        assert "Traceback" not in error["message"]
        return error


@dataclass
class Door:
    """Calls of one relay, written by hand."""

    session: aiohttp.ClientSession
    url: str

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Return the answer to a call; `raw` goes out as it is."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        data = raw if raw is not None else None if body is None else msgspec.json.encode(body)
        async with self.session.request(method, self.url + path, data=data, headers=sent) as response:
            text = await response.read()
            json = msgspec.json.decode(text) if response.content_type == "application/json" else text
            return Answer(response.status, json, dict(response.headers))

    async def socket(self, **headers: str) -> LiveSocket:
        """Return an open live socket that has said nothing yet."""
        web_socket = await self.session.ws_connect(f"{self.url}/v1/live", headers=headers, max_msg_size=0)
        return LiveSocket(web_socket)


@dataclass
class LiveSocket:
    """A client of the live socket that does only what it is told, and keeps what it hears."""

    web_socket: aiohttp.ClientWebSocketResponse
    events: list[Event] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    longest_frame: int = 0
    close_code: int | None = None

    async def say(self, frame: Any) -> None:
        """Send a frame: text as it is, anything else as JSON."""
        text = frame if isinstance(frame, str) else msgspec.json.encode(frame).decode()
        await self.web_socket.send_str(text)

    async def hello(self, token: str, last: int = 0) -> dict[str, Any]:
        """Say hello and return the welcome."""
        await self.say({"type": "hello", "token": token, "last": last})
        return await self.hear("welcome")

    async def acknowledge(self, up_to: int | None = None) -> None:
        """Say that everything heard, or everything up to a number, is stored."""
        await self.say({"type": "ack", "up_to": self.events[-1].number if up_to is None else up_to})

    async def hear(self, kind: str) -> dict[str, Any]:
        """Return the next frame of a kind; events and results are kept on the way."""
        async with asyncio.timeout(SECONDS):
            while True:
                frame = await self._next()
                assert frame is not None, f"closed with {self.close_code}"
                if frame["type"] == kind:
                    return frame

    async def hear_events(self, count: int) -> list[Event]:
        """Return all events once there are `count` of them."""
        async with asyncio.timeout(SECONDS):
            while len(self.events) < count:
                assert await self._next() is not None, f"closed with {self.close_code}"
        return self.events

    async def send(self, *envelopes: Any) -> list[Result]:
        """Send envelopes in one frame and return their results."""
        before = len(self.results)
        await self.say({"type": "send", "envelopes": envelopes})
        async with asyncio.timeout(SECONDS):
            while len(self.results) < before + len(envelopes):
                assert await self._next() is not None, f"closed with {self.close_code}"
        return self.results[before:]

    async def closed(self) -> int | None:
        """Return the close code, once the other side has closed."""
        async with asyncio.timeout(SECONDS):
            while await self._next() is not None:
                pass
        return self.close_code

    async def close(self) -> None:
        """Go away."""
        await self.web_socket.close()

    async def _next(self) -> dict[str, Any] | None:
        message = await self.web_socket.receive()
        if message.type is not aiohttp.WSMsgType.TEXT:
            # What the relay said stands in its frame; the client's own code is 1006 if its goodbye came too late.
            self.close_code = message.data if message.type is aiohttp.WSMsgType.CLOSE else self.web_socket.close_code
            return None
        self.longest_frame = max(self.longest_frame, len(message.data))
        frame: dict[str, Any] = msgspec.json.decode(message.data)
        self.frames.append(frame)
        if frame["type"] == "deliver":
            self.events += msgspec.json.decode(message.data, type=Deliver).events
        elif frame["type"] == "results":
            self.results += msgspec.json.decode(message.data, type=Results).results
        return frame
