"""A folder of files that grow from request to request, sealed as they are; how long each is tells how far it came."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

_READ_BYTES = 256 * 1024
_WRITE_BYTES = 256 * 1024


class UploadFolder:
    """What came of uploads that are not whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def _path(self, id_: str) -> Path:
        return self._folder / id_

    async def size(self, id_: str) -> int:
        """Return how many bytes of a file are here."""
        return await asyncio.to_thread(_size, self._path(id_))

    async def append(self, id_: str, pieces: AsyncIterator[bytes]) -> None:
        """Put pieces behind what is here; what came before an error stays, and is on the disk when this returns or raises."""
        file = await asyncio.to_thread(self._path(id_).open, "ab", buffering=0)
        held = bytearray()
        try:
            async for piece in pieces:
                held += piece
                if len(held) >= _WRITE_BYTES:
                    await asyncio.to_thread(file.write, bytes(held))
                    held.clear()
        finally:
            # Who asks where to go on is told the file's length: it must not shrink when the power goes.
            await asyncio.shield(asyncio.to_thread(_settle, file.fileno(), bytes(held)))
            file.close()

    async def read(self, id_: str) -> AsyncIterator[bytes]:
        """Yield a file."""
        file = await asyncio.to_thread(self._path(id_).open, "rb")
        try:
            while piece := await asyncio.to_thread(file.read, _READ_BYTES):
                yield piece
        finally:
            file.close()

    async def remove(self, id_: str) -> None:
        """Remove a file; one that is not there is passed over."""
        await asyncio.to_thread(self._path(id_).unlink, missing_ok=True)

    async def list(self) -> list[str]:
        """Return the names of all files."""
        return await asyncio.to_thread(os.listdir, self._folder)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _settle(number: int, rest: bytes) -> None:
    while rest:
        rest = rest[os.write(number, rest) :]
    os.fsync(number)
