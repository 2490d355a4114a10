"""A webhook endpoint for tests: remembers what it was sent, answers as it is told, and lets a test wait for an event."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

PATIENCE = 10.0


@dataclass
class Post:
    """One request as it arrived."""

    body: bytes
    headers: dict[str, str]
    status: int

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [change for entry in json.loads(self.body)["entry"] for change in entry["changes"]]


class Receiver:
    """Listens on a port of its own."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        # Requests that came, answered or not.
        self.arrived = 0
        self.challenges: list[dict[str, str]] = []
        self.answers: list[int] = []
        self.answer = 200
        self.says = ""
        self.verify_token = "verify-me"
        self.gate = asyncio.Event()
        self.gate.set()
        self._news = asyncio.Condition()
        self._runner: web.ServerRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhook"

    async def start(self, port: int = 0) -> None:
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, shutdown_timeout=1).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.gate.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        if request.method == "GET":
            query = dict(request.query)
            self.challenges.append(query)
            right = query.get("hub.verify_token") == self.verify_token
            return web.Response(text=query.get("hub.challenge", "") if right else "no", status=200 if right else 403)
        body = await request.read()
        self.arrived += 1
        await self.gate.wait()
        status = self.answers.pop(0) if self.answers else self.answer
        self.posts.append(Post(body, dict(request.headers), status))
        async with self._news:
            self._news.notify_all()
        return web.Response(status=status, text=self.says)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Everything that was confirmed, in the order it came."""
        return [change for post in self.posts if post.status < 300 for change in post.changes]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [m for change in self.changes for m in change["value"].get("messages", [])]

    @property
    def statuses(self) -> list[dict[str, Any]]:
        return [s for change in self.changes for s in change["value"].get("statuses", [])]

    def statuses_of(self, id_: str) -> list[str]:
        return [status["status"] for status in self.statuses if status["id"] == id_]

    async def until(self, condition: Callable[[], Any]) -> Any:
        """Wait until something true is returned; fails the test when patience ends."""
        async with asyncio.timeout(PATIENCE), self._news:
            while not (found := condition()):
                await self._news.wait()
        return found

    async def message(self, id_: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.until(lambda: next((m for m in self.messages if m["id"] == id_), None))
        return found

    async def status(self, id_: str, word: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.until(
            lambda: next((s for s in self.statuses if s["id"] == id_ and s["status"] == word), None)
        )
        return found
