"""A TCP proxy that keeps what it carries: HTTP as it is, frames of WebSockets without their masks.

A client masks its frames with bytes of chance, so that a search in the raw stream would find nothing and prove nothing.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

_UPGRADE = b"GET /v1/live"
_CONTINUATION, _TEXT = 0, 1


class FrameReader:
    """Takes the bytes of one direction of a WebSocket and returns the whole messages in them."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._message = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        self._buffer += data
        messages = []
        while (frame := self._next()) is not None:
            final, opcode, payload = frame
            if opcode in {_CONTINUATION, _TEXT}:
                self._message += payload
                if final:
                    messages.append(bytes(self._message))
                    self._message.clear()
        return messages

    def _next(self) -> tuple[bool, int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, position = buffer[1] & 0x7F, 2
        if length >= 126:
            extended = 2 if length == 126 else 8
            length = int.from_bytes(buffer[2 : 2 + extended], "big")
            position += extended
        masked = bool(buffer[1] & 0x80)
        start = position + 4 * masked
        if len(buffer) < start + length:
            return None
        payload = bytes(buffer[start : start + length])
        if masked and payload:
            mask = bytes(buffer[position:start])
            repeated = (mask * (length // 4 + 1))[:length]
            payload = (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(length, "big")
        frame = bool(buffer[0] & 0x80), buffer[0] & 0x0F, payload
        del buffer[: start + length]
        return frame


class RecordingProxy:
    """Listens on a port of its own and forwards to another; `sent` and `received` are frames by direction, seen from clients."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.port = 0
        self.http = bytearray()
        self.sent: list[bytes] = []
        self.received: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", port)
        self.port = port

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def everything(self) -> bytes:
        """Return all that was carried."""
        return b"\n".join([bytes(self.http), *self.sent, *self.received])

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            with suppress(OSError, asyncio.CancelledError):
                there, back = await asyncio.open_connection("127.0.0.1", self._target)
                connection = _Connection(self)
                ways = [
                    asyncio.create_task(connection.carry(reader, back, outgoing=True)),
                    asyncio.create_task(connection.carry(there, writer, outgoing=False)),
                ]
                try:
                    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for way in ways:
                        way.cancel()
                    await asyncio.gather(*ways, return_exceptions=True)
                    back.close()
        finally:
            writer.close()
            self._connections.discard(task)


class _Connection:
    def __init__(self, proxy: RecordingProxy) -> None:
        self._proxy = proxy
        self._frames: dict[bool, FrameReader] = {}
        self._upgrading = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, outgoing: bool) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                # Kept before it is carried on: the receiver may be killed in the middle of it.
                self._keep(data, outgoing=outgoing)
                writer.write(data)
                await writer.drain()

    def _keep(self, data: bytes, *, outgoing: bool) -> None:
        frames = self._frames.get(outgoing)
        if frames is None:
            if outgoing and data.startswith(_UPGRADE):
                self._upgrading = True
            head, end, rest = data.partition(b"\r\n\r\n")
            if self._upgrading and end:
                self._proxy.http += head + end
                self._frames[outgoing] = frames = FrameReader()
                data = rest
            else:
                self._proxy.http += data
                return
        (self._proxy.sent if outgoing else self._proxy.received).extend(frames.feed(data))
