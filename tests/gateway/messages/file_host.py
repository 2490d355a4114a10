"""A web server with files for tests, which can be told to keep somebody waiting."""

from __future__ import annotations

import asyncio

from aiohttp import web

from tests.support.media_files import FILES


class FileHost:
    """Serves the files of `tests/support`; while `gate` is clear, a file under `/slow/` does not come."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.asked: list[str] = []
        self.came = asyncio.Event()
        self._runner: web.ServerRunner | None = None
        self.url = ""

    async def start(self) -> None:
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self.gate.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        self.asked.append(request.path)
        self.came.set()
        if request.path.startswith("/slow/"):
            await self.gate.wait()
        found = FILES.get(request.path.rpartition("/")[2])
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found[1], content_type=found[0])
