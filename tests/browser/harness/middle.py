"""The way between browser and relay: honest until a test says otherwise, then it answers, changes, drops and adds what it wants."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import WSMsgType, web
from tests.support.olm_message import message_key_of

Json = dict[str, Any]
_HOP = {"host", "connection", "content-length", "transfer-encoding", "content-encoding", "upgrade", "accept-encoding"}


class Middle:
    """A reverse proxy for HTTP and the live socket; what a test sets is forgotten by `be_honest`."""

    def __init__(self) -> None:
        self.relay_url = ""
        self.port = 0
        self._sockets: set[web.WebSocketResponse] = set()
        self.be_honest()

    def be_honest(self) -> None:
        """Forget everything a test asked for."""
        # Called with path and the JSON answer, which it may change in place.
        self.on_answer: Callable[[str, Any], None] = lambda _path, _answer: None
        # Called with path before the relay is asked; what it returns is answered instead.
        self.instead: Callable[[str], web.Response | None] = lambda _path: None
        # Paths whose answer is thrown away after the relay gave it: the connection ends.
        self.lose_answer: Callable[[str], bool] = lambda _path: False
        # Called with a frame to the browser or to the relay; returns the frames that go on.
        self.to_browser: Callable[[Json], list[Json]] = lambda frame: [frame]
        self.to_relay: Callable[[Json], list[Json]] = lambda frame: [frame]
        # Frames that `to_relay` wants to be said to the browser in return.
        self.in_return: list[Json] = []
        # What the live socket says instead of everything, as raw text; None closes it at once.
        self.socket_says: list[str | None] | None = None
        self.said = 0
        self.frames: list[Json] = []
        self.sent: list[Json] = []
        self.asked: list[str] = []
        self.last_number = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(auto_decompress=True)
        application = web.Application(client_max_size=2**24)
        application.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self.cut()
        await self._runner.cleanup()
        await self._session.close()

    async def cut(self) -> None:
        """End every live socket."""
        for socket in list(self._sockets):
            await socket.close(code=1012)

    async def push(self, frame: Json) -> None:
        """Say something to the browser that the relay did not say."""
        for socket in list(self._sockets):
            await socket.send_json(frame)

    def delivered(self) -> list[Json]:
        """Return every envelope that went to the browser."""
        return [e for f in self.frames if f["type"] == "deliver" for e in f["events"] if "header" in e]

    def envelopes_sent(self) -> list[Json]:
        """Return every envelope that came from the browser."""
        return [envelope for f in self.sent if f["type"] == "send" for envelope in f["envelopes"]]

    def keys_used_twice(self) -> list[tuple[bytes, int]]:
        """Return every message key that the browser used for two different texts; there must be none."""
        used: dict[tuple[bytes, int], bytes] = {}
        twice = []
        for envelope in self.envelopes_sent():
            for bodies in envelope["bodies"].values():
                for body in bodies.values():
                    (part,) = body["ciphertext"].values()
                    found = message_key_of(part["type"], b64decode(part["body"] + "=="))
                    if used.setdefault(found.key, found.ciphertext) != found.ciphertext:
                        twice.append(found.key)
        return twice

    async def show(self, header: Json, body: Any, stamp: Json | None = None) -> None:
        """Put an envelope of the test's making before the browser."""
        event = {"number": self.last_number, "header": header, "body": body}
        await self.push({"type": "deliver", "events": [event | ({"stamp": stamp} if stamp else {})]})

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._live(request)
        if request.method != "OPTIONS":
            self.asked.append(request.path)
        answered = None if request.method == "OPTIONS" else self.instead(request.path)
        if answered is not None:
            answered.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
            return answered
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        try:
            async with self._session.request(
                request.method, self.relay_url + request.raw_path, headers=headers, data=await request.read()
            ) as answer:
                status, body, kept = answer.status, await answer.read(), answer.headers
        except aiohttp.ClientError:
            return web.Response(status=502)
        if self.lose_answer(request.path) and request.method != "OPTIONS":
            assert request.transport is not None
            request.transport.close()
        elif status < 300 and body and kept.get("Content-Type", "").startswith("application/json"):
            changed = json.loads(body)
            self.on_answer(request.path, changed)
            body = json.dumps(changed).encode()
        return web.Response(
            status=status, body=body, headers={n: v for n, v in kept.items() if n.lower() not in _HOP | {"server"}}
        )

    async def _live(self, request: web.Request) -> web.StreamResponse:
        here = web.WebSocketResponse(max_msg_size=2**24)
        await here.prepare(request)
        if self.socket_says is not None:
            for text in self.socket_says:
                await (here.close() if text is None else here.send_str(text))
            self.said += 1
            async for _ in here:
                pass
            return here
        headers = {"Origin": request.headers.get("Origin", "")}
        try:
            there = await self._session.ws_connect(
                self.relay_url + request.raw_path, headers=headers, max_msg_size=2**24
            )
        except aiohttp.ClientError:
            await here.close()
            return here
        self._sockets.add(here)
        try:
            await asyncio.gather(self._pump(here, there, up=True), self._pump(there, here, up=False))
        finally:
            self._sockets.discard(here)
        return here

    async def _pump(self, source: Any, target: Any, *, up: bool) -> None:
        async for message in source:
            if message.type is not WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            if up:
                self.sent.append(frame)
            elif frame["type"] == "deliver":
                self.last_number = frame["events"][-1]["number"]
            for changed in self.to_relay(frame) if up else self.to_browser(frame):
                if not up:
                    self.frames.append(changed)
                if target.closed:
                    return
                await target.send_json(changed)
            while up and self.in_return:
                await source.send_json(self.in_return.pop(0))
        await target.close(code=source.close_code or 1000)
