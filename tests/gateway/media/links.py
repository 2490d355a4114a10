"""A server behind links: it answers what a test says, and counts who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LinkServer:
    """Files by path."""

    def __init__(self) -> None:
        self.port = 0
        # The name it goes by in links.
        self.host = "127.0.0.1"
        self.asked: list[str] = []
        self.answers: dict[str, Answer] = {}

    def link(self, path: str, host: str = "") -> str:
        return f"http://{host or self.host}:{self.port}{path}"

    def serve(
        self,
        path: str,
        content: bytes,
        mime_type: str | None = None,
        *,
        status: int = 200,
        encoding: str = "",
        location: str = "",
    ) -> str:
        """Answer a path with a file and return its link."""

        async def answer(_request: web.Request) -> web.StreamResponse:
            told = {"Content-Type": mime_type or "application/octet-stream"}
            told |= {"Content-Encoding": encoding} if encoding else {}
            told |= {"Location": location} if location else {}
            return web.Response(body=content, status=status, headers=told)

        self.answers[path] = answer
        return self.link(path)

    def redirect(self, path: str, location: str) -> str:
        """Answer a path with a redirect and return its link."""
        return self.serve(path, b"", status=302, location=location)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        answer = self.answers.get(request.path)
        return web.Response(status=404) if answer is None else await answer(request)


@asynccontextmanager
async def link_server() -> AsyncIterator[LinkServer]:
    """A server on a free port."""
    made = LinkServer()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", made._handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()
