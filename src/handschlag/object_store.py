"""Where large objects lie: a folder, or a bucket of S3, Google or Azure; each is written and read as a stream.

An object appears under its name only when it is whole. What a crash leaves half written in a folder is found by `clear_unfinished`;
in a bucket it is an unfinished multipart upload, which the bucket's own life-cycle rule clears away.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

import obstore
from obstore.store import LocalStore, from_url

# The smallest part S3 takes; one upload holds about two of them in memory.
_PART_BYTES = 5 * 1024 * 1024
_PARTS_AT_ONCE = 1
_READ_BYTES = 256 * 1024
# What a setting that names such a place looks like; empty means a folder.
URL_PATTERN = r"^((file|s3|gs|az)://\S+)?$"


class StoredObject(NamedTuple):
    """An object as a listing shows it."""

    path: str
    size: int
    written_at: float


class ObjectMissing(Exception):
    """There is no object of this name."""


class ObjectStoreError(Exception):
    """The place where objects lie does not answer, or refuses."""


class ObjectStore:
    """One place for objects."""

    def __init__(self, url: str, folder: Path) -> None:
        """Open `url` (file://, s3://, gs://, az://), or `folder` if it is empty; credentials come from the environment."""
        self.folder: Path | None = None
        if not url or urlsplit(url).scheme == "file":
            self.folder = Path(url2pathname(urlsplit(url).path)) if url else folder
            self.folder.mkdir(parents=True, exist_ok=True)
            self._store: obstore.store.ObjectStore = LocalStore(self.folder.resolve(), mkdir=True)
        else:
            self._store = from_url(url)

    async def write(self, path: str, pieces: AsyncIterator[bytes]) -> None:
        """Store an object; if `pieces` raises, nothing is stored and the error is the caller's."""
        failed: list[BaseException] = []

        async def watched() -> AsyncIterator[bytes]:
            try:
                async for piece in pieces:
                    yield piece
            except BaseException as error:
                failed.append(error)
                raise

        try:
            await obstore.put_async(
                self._store,
                path,
                watched(),
                use_multipart=True,
                chunk_size=_PART_BYTES,
                max_concurrency=_PARTS_AT_ONCE,
            )
        except Exception as error:
            if failed:
                raise failed[0] from None
            raise ObjectStoreError(type(error).__name__) from error

    async def read(self, path: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield the bytes `start` to `end` (without `end`) of an object; raises ObjectMissing before the first."""
        if start >= end:
            return
        try:
            found = await obstore.get_async(self._store, path, options={"range": (start, end)})
            async for piece in found.stream(min_chunk_size=_READ_BYTES):
                yield bytes(piece)
        except FileNotFoundError:
            raise ObjectMissing(path) from None
        except OSError as error:
            raise ObjectStoreError(type(error).__name__) from error

    async def delete(self, *paths: str) -> None:
        """Remove objects; one that is not there is passed over."""
        for path in paths:
            try:
                await obstore.delete_async(self._store, path)
            except FileNotFoundError:
                continue
            except Exception as error:
                raise ObjectStoreError(type(error).__name__) from error

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        """Yield every object under a prefix."""
        try:
            async for page in obstore.list(self._store, prefix, chunk_size=500):
                for found in page:
                    yield StoredObject(found["path"], found["size"], found["last_modified"].timestamp())
        except Exception as error:
            raise ObjectStoreError(type(error).__name__) from error

    async def clear_unfinished(self) -> int:
        """Remove what a crash left half written, and return how many files; call it only before anything is written."""
        return await asyncio.to_thread(_remove_staged, self.folder) if self.folder is not None else 0


def _remove_staged(folder: Path) -> int:
    count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            # obstore writes `name#1` beside the name; ours have no such sign.
            if "#" in name:
                Path(place, name).unlink(missing_ok=True)
                count += 1
    return count
