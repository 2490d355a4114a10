"""The original host name, on this machine: a proxy that leads it, through TLS by a private authority, to a gateway.

A client that is given nothing but this proxy and the authority's certificate believes to talk to the host it was written for, as with an
entry in /etc/hosts. Everything else is refused, so that no test reaches the outside.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from pathlib import Path

import trustme
from aiohttp import ClientSession, web

HOST = "graph.facebook.com"


class OriginalHost:
    """Runs in a thread of its own until it is closed; `environment` is what a client's process needs."""

    def __init__(self, gateway_url: str, folder: Path) -> None:
        self._gateway_url = gateway_url
        authority = trustme.CA()
        certificate = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(certificate))
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(HOST).configure_cert(self._tls)
        self.refused: list[str] = []
        self.requests = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        proxy = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        self.environment = {
            "HTTPS_PROXY": f"http://127.0.0.1:{proxy}",
            "https_proxy": f"http://127.0.0.1:{proxy}",
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "NODE_USE_ENV_PROXY": "1",
            "NODE_EXTRA_CA_CERTS": str(certificate),
            "SSL_CERT_FILE": str(certificate),
            "REQUESTS_CA_BUNDLE": str(certificate),
        }

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> int:
        self._session = ClientSession(auto_decompress=False)
        self._runner = web.ServerRunner(web.Server(self._forward))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls).start()
        self._port = self._runner.addresses[0][1]
        self._proxy = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        port: int = self._proxy.sockets[0].getsockname()[1]
        return port

    async def _stop(self) -> None:
        self._proxy.close()
        await self._runner.cleanup()
        await self._session.close()

    async def _forward(self, request: web.BaseRequest) -> web.StreamResponse:
        """Hand a request on as a reverse proxy does: the same host, path, body and headers, and the scheme that was used."""
        self.requests += 1
        headers = {name: value for name, value in request.headers.items() if name.lower() != "transfer-encoding"}
        headers["X-Forwarded-Proto"] = "https"
        async with self._session.request(
            request.method, self._gateway_url + request.raw_path, headers=headers, data=await request.read() or None
        ) as answer:
            kept = {k: v for k, v in answer.headers.items() if k.lower() not in {"transfer-encoding", "connection"}}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        target = head.split(b" ")[1].decode()
        if target != f"{HOST}:443":
            self.refused.append(target)
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pipe(reader, back), _pipe(there, writer))


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    except OSError:
        pass  # one side hung up; the other is told by the end
    finally:
        sink.close()
