"""Starts programs as processes of their own, waits until they say they are ready, and reads what processor time they used."""

from __future__ import annotations

import asyncio
import os
import sys
import sysconfig
from collections import deque
from pathlib import Path

import msgspec
import psutil  # type: ignore[import-untyped]  # it ships no types

HANDSCHLAG = str(Path(sysconfig.get_path("scripts")) / "handschlag")
_STOP_SECONDS = 30.0


class _LogLine(msgspec.Struct):
    event: str = ""
    port: int = 0


class Server:
    """`handschlag relay serve` or `handschlag gateway serve`, listening on a port of its own choice."""

    def __init__(self, *command: str, environment: dict[str, str], says: str) -> None:
        """`says` is the event in its log that tells the port."""
        self._command = [HANDSCHLAG, *command]
        self._environment = os.environ | environment
        self._says = says
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._last_lines: deque[str] = deque(maxlen=20)
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def last_words(self) -> str:
        """The end of its log."""
        return "".join(self._last_lines)

    async def start(self) -> None:
        """Return when it listens."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command, env=self._environment, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
        )
        listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._reading = asyncio.create_task(self._read_log(listening))
        self.port = await listening

    async def stop(self) -> None:
        """Stop as an operator would, and fail if it does not end well."""
        if self._process is None or self._reading is None:
            return
        if self._process.returncode is None:
            self._process.terminate()
        try:
            status = await asyncio.wait_for(self._process.wait(), _STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            status = await self._process.wait()
        await self._reading
        self._process = None
        if status:
            raise SystemExit(f"{' '.join(self._command)} ended with {status}:\n" + self.last_words)

    def processor_seconds(self) -> float:
        """Return what it used so far, all threads, user and system."""
        assert self._process is not None, "not started"
        return _processor_seconds(self._process.pid)

    async def _read_log(self, listening: asyncio.Future[int]) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        while line := await self._process.stderr.readline():
            self._last_lines.append(line.decode(errors="replace"))
            if not listening.done():
                try:
                    said = msgspec.json.decode(line, type=_LogLine)
                except msgspec.DecodeError:
                    continue
                if said.event == self._says:
                    listening.set_result(said.port)
        if not listening.done():
            listening.set_exception(SystemExit(f"{' '.join(self._command)} did not start:\n" + self.last_words))


class Helper:
    """A program of ours in a process of its own: one line of JSON for each line it is asked, until its input ends."""

    def __init__(self, program: str, *arguments: str) -> None:
        self._command = [sys.executable, str(Path(__file__).with_name(program)), *arguments]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )

    async def answer(self) -> dict[str, float]:
        """Return the next line it prints."""
        assert self._process is not None
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self._command[1]} ended")
        return msgspec.json.decode(line, type=dict[str, float])

    async def ask(self) -> dict[str, float]:
        """Ask for its figures."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        return await self.answer()

    def processor_seconds(self) -> float:
        """Return what it used so far, all threads, user and system."""
        assert self._process is not None, "not started"
        return _processor_seconds(self._process.pid)

    async def stop(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()


def _processor_seconds(process: int) -> float:
    times = psutil.Process(process).cpu_times()
    return float(times.user + times.system)


async def run(*command: str, environment: dict[str, str]) -> str:
    """Run one `handschlag` command and return what it prints."""
    process = await asyncio.create_subprocess_exec(
        HANDSCHLAG, *command, env=os.environ | environment, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"handschlag {' '.join(command)} ended with {process.returncode}")
    return printed.decode()
