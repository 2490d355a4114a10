"""Files at a relay: sealed on the way up, opened and checked on the way down, in constant memory.

A broken upload starts anew, a broken download goes on where it stopped. What a relay serves is opened chunk by chunk, so wrong bytes
never reach the caller; that a file is whole is known only at its end (raises FileNotOpened).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from pathlib import Path

import aiohttp
import msgspec

from handschlag.content.media import Blob, MediaFile
from handschlag.crypto.attachments import (
    PREFIX_BYTES,
    SECRET_BYTES,
    FileKey,
    FileOpener,
    FileSealer,
    make_file_key,
    sealed_size,
)
from handschlag.crypto.errors import FileNotOpened
from handschlag.relay_client.back_off import wait_before
from handschlag.relay_client.errors import RelayRefused, RelayUnreachable
from handschlag.relay_client.http import RelayHttp, error_body
from handschlag.wire.canonical import from_base64, to_base64
from handschlag.wire.http import StoredMedia
from handschlag.wire.ids import is_media_id

KEY_BYTES = 32
_ATTEMPTS = 5
_PIECE_BYTES = 256 * 1024
# Without a byte for this long, a connection is given up; a whole file may take its time.
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10.0, sock_read=30.0)
_UPLOAD, _DOWNLOAD = "POST /v1/media", "GET /v1/media"

Pieces = Callable[[], AsyncIterator[bytes]]
Sleep = Callable[[float], Awaitable[None]]


class RelayMedia:
    """One participant's sealed files at one relay; raises RelayRefused and RelayUnreachable."""

    def __init__(self, http: RelayHttp, *, sleep: Sleep = asyncio.sleep) -> None:
        self._http = http
        self._sleep = sleep

    async def upload(self, pieces: Pieces, size: int) -> StoredMedia:
        """Bring a sealed file of `size` bytes; `pieces` is called again for each try, and what it raises is the caller's."""
        attempt = 0
        while True:
            try:
                return await self._upload_once(pieces, size)
            except RelayRefused as refused:
                if refused.status == HTTPStatus.UNAUTHORIZED:
                    self._http.forget_token()
                elif refused.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise
                problem: RelayRefused | RelayUnreachable = refused
            except RelayUnreachable as unreachable:
                problem = unreachable
            attempt = await self._wait(attempt, problem)

    async def _upload_once(self, pieces: Pieces, size: int) -> StoredMedia:
        headers = await self._headers()
        headers |= {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        failed: list[Exception] = []

        async def watched() -> AsyncIterator[bytes]:
            try:
                async for piece in pieces():
                    yield piece
            except Exception as error:
                failed.append(error)
                raise

        try:
            async with self._http.session.post(
                f"{self._http.base_url}/v1/media",
                data=watched(),
                headers=headers,
                timeout=_TIMEOUT,
                allow_redirects=False,
            ) as response:
                content = await response.read()
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if failed:
                # It was the source that broke; aiohttp tells of its connection only.
                raise failed[0] from None
            raise RelayUnreachable(_UPLOAD, type(error).__name__) from error
        if status != HTTPStatus.CREATED:
            raise RelayRefused(_UPLOAD, status, error_body(content))
        try:
            stored = msgspec.json.decode(content, type=StoredMedia)
        except msgspec.DecodeError as error:
            raise RelayUnreachable(_UPLOAD, "an answer of another form") from error
        if stored.bytes != size:
            raise RelayUnreachable(_UPLOAD, "another length than was sent")
        return stored

    async def download(self, id_: str, size: int) -> AsyncIterator[bytes]:
        """Yield a sealed file of `size` bytes; after a break it goes on with the byte that is missing.

        The id may be a stranger's word: one of another form would be another path at the relay, and names no file (FileNotOpened).
        """
        if not is_media_id(id_):
            raise FileNotOpened
        seen = attempt = 0
        while seen < size:
            try:
                async for piece in self._download_from(id_, seen, size):
                    seen += len(piece)
                    attempt = 0
                    yield piece
            except RelayRefused as refused:
                if refused.status == HTTPStatus.UNAUTHORIZED:
                    self._http.forget_token()
                elif refused.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise
                attempt = await self._wait(attempt, refused)
            except RelayUnreachable as unreachable:
                attempt = await self._wait(attempt, unreachable)

    async def _download_from(self, id_: str, start: int, size: int) -> AsyncIterator[bytes]:
        headers = await self._headers()
        headers["Accept-Encoding"] = "identity"
        if start:
            headers["Range"] = f"bytes={start}-"
        try:
            async with self._http.session.get(
                f"{self._http.base_url}/v1/media/{id_}", headers=headers, timeout=_TIMEOUT, allow_redirects=False
            ) as response:
                expected = HTTPStatus.PARTIAL_CONTENT if start else HTTPStatus.OK
                if response.status != expected:
                    content = await response.content.read(_PIECE_BYTES)
                    raise RelayRefused(_DOWNLOAD, response.status, error_body(content))
                seen = start
                async for piece in response.content.iter_any():
                    seen += len(piece)
                    if seen > size:
                        # More than was sealed is not the file.
                        raise FileNotOpened
                    yield piece
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise RelayUnreachable(_DOWNLOAD, type(error).__name__) from error
        if seen < size:
            raise FileNotOpened

    async def delete(self, id_: str) -> None:
        """Remove a file this account brought."""
        await self._http.delete_media(id_)

    async def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {await self._http.token()}"}

    async def _wait(self, attempt: int, problem: RelayRefused | RelayUnreachable) -> int:
        if attempt + 1 >= _ATTEMPTS:
            raise problem
        if isinstance(problem, RelayRefused) and problem.status == HTTPStatus.UNAUTHORIZED and not attempt:
            # A new token is all it needs.
            return attempt + 1
        await self._sleep(wait_before(attempt, secrets.randbelow(1000) / 1000))
        return attempt + 1


def blob_key(blob: Blob) -> FileKey:
    """Return what opens a file, from its pointer; raises FileNotOpened if it has another form."""
    try:
        return FileKey(
            from_base64(blob.key, "key", length=KEY_BYTES), from_base64(blob.prefix, "prefix", length=PREFIX_BYTES)
        )
    except ValueError:
        raise FileNotOpened from None


def make_blob(id_: str, key: FileKey) -> Blob:
    """Return the pointer to a file at the relay."""
    return Blob(id=id_, key=to_base64(key.key), prefix=to_base64(key.prefix))


def sha256_text(digest: bytes) -> str:
    """Return a SHA-256 as it stands in messages and webhooks: base64 with its padding."""
    return base64.b64encode(digest).decode()


async def upload_file(
    http: RelayHttp, content: bytes | Path, mime_type: str, *, filename: str | None = None
) -> MediaFile:
    """Seal a file, bring it to the relay, and return the pointer that goes into a message."""
    size = len(content) if isinstance(content, bytes) else (await asyncio.to_thread(content.stat)).st_size
    digest = hashlib.sha256()
    key = FileKey(b"", b"")

    async def sealed() -> AsyncIterator[bytes]:
        nonlocal digest, key
        # A key seals one file: should the file have changed since the first try, its second form needs another.
        digest, key = hashlib.sha256(), make_file_key(secrets.token_bytes(SECRET_BYTES))
        sealer = FileSealer(key)
        async for piece in _pieces_of(content):
            digest.update(piece)
            if data := sealer.feed(piece):
                yield data
        yield sealer.finish()

    stored = await RelayMedia(http).upload(sealed, sealed_size(size))
    return MediaFile(
        mime_type=mime_type,
        sha256=sha256_text(digest.digest()),
        file_size=size,
        blob=make_blob(stored.id, key),
        filename=filename,
    )


async def _pieces_of(content: bytes | Path) -> AsyncIterator[bytes]:
    if isinstance(content, bytes):
        for start in range(0, len(content), _PIECE_BYTES):
            yield content[start : start + _PIECE_BYTES]
        return
    file = await asyncio.to_thread(content.open, "rb")
    try:
        while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
            yield piece
    finally:
        file.close()


async def stream_file(http: RelayHttp, file: MediaFile) -> AsyncIterator[bytes]:
    """Yield a file's content as it opens; raises FileNotOpened, at the end too, if it is not the file that was sent."""
    opener = FileOpener(blob_key(file.blob))
    digest = hashlib.sha256()
    async for sealed in RelayMedia(http).download(file.blob.id, sealed_size(file.file_size)):
        if piece := opener.feed(sealed):
            digest.update(piece)
            yield piece
    last = opener.finish()
    digest.update(last)
    if not secrets.compare_digest(sha256_text(digest.digest()).rstrip("="), file.sha256.rstrip("=")):
        raise FileNotOpened
    yield last


async def download_file(http: RelayHttp, file: MediaFile) -> bytes:
    """Return a file's content, checked."""
    return b"".join([piece async for piece in stream_file(http, file)])
