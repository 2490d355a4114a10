"""A relay or gateway as a process of its own: started, killed with SIGKILL, started again, its output kept."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

READY_SECONDS = 30.0
# Below the ports that the system gives to clients: one of those could take the port while its server is down.
_PORTS = range(12_000, 32_000)


def free_port() -> int:
    """Return a port nobody listens on; drawn by chance, since several tests look at once."""
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class ServerProcess:
    """`handschlag <place> serve` with settings from its environment; ready when it logs `<place>_started`."""

    def __init__(self, place: str, **settings: object) -> None:
        self.place = place
        prefix = f"HANDSCHLAG_{place.upper()}_"
        self._environment = os.environ | {prefix + name.upper(): str(value) for name, value in settings.items()}
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._ready = asyncio.Event()
        self.output = bytearray()
        self.starts = 0

    @property
    def pid(self) -> int:
        assert self._process is not None, "not started"
        return self._process.pid

    async def begin(self) -> None:
        """Start the process without waiting until it is ready."""
        assert self._process is None, "started already"
        self._ready.clear()
        self.starts += 1
        # The folder of the interpreter holds the program, whether the environment is active or not.
        program = str(Path(sys.executable).with_name("handschlag"))
        self._process = await asyncio.create_subprocess_exec(
            program, self.place, "serve", env=self._environment,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [
            asyncio.create_task(self._read(self._process.stdout)),
            asyncio.create_task(self._read(self._process.stderr)),
        ]

    async def start(self) -> None:
        """Start the process and wait until it is ready."""
        await self.begin()
        await self.wait_until_ready()

    async def wait_until_ready(self) -> None:
        assert self._process is not None, "not started"
        ready, ended = asyncio.create_task(self._ready.wait()), asyncio.create_task(self._process.wait())
        await asyncio.wait({ready, ended}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        ended.cancel()
        assert self._ready.is_set(), f"{self.place} is not ready:\n{self.output.decode(errors='replace')[-3000:]}"

    async def kill(self) -> None:
        """End the process as a power cut does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask the process to end, and return its status."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        with suppress(ProcessLookupError):
            process.send_signal(number)
        status = await process.wait()
        await asyncio.gather(*self._readers)
        return status

    async def _read(self, stream: asyncio.StreamReader) -> None:
        started = f'"{self.place}_started"'.encode()
        async for line in stream:
            self.output += line
            if started in line:
                self._ready.set()
