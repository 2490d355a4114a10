"""Takes a file into the gateway's own store: looked at by its first bytes, counted, sealed and hashed while it comes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from handschlag.crypto.attachments import SECRET_BYTES, FileSealer, make_file_key
from handschlag.gateway.errors import NotNow
from handschlag.gateway.rules.graph_ids import make_graph_id
from handschlag.gateway.rules.media_types import FIRST_BYTES, FileType, too_large
from handschlag.gateway.storage.media import MediaRow, Source, insert_media
from handschlag.object_store import ObjectStoreError
from handschlag.relay_client.media import sha256_text
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.media_room import MediaRoom
    from handschlag.gateway.running import Running

_log = get_logger(__name__)

# Says what a file is from its first bytes, or raises to refuse it.
Judge = Callable[[bytes], FileType]


@dataclass(slots=True)
class KeptFile:
    """A file that is in the object store and has no row yet."""

    path: str
    secret: bytes
    sha256: str
    size: int
    first: bytes
    file_type: FileType
    held: ExitStack = field(repr=False)


class _Intake:
    """A file on its way in: what it is, how much came, and its hash so far."""

    def __init__(self, judge: Judge, field_name: str) -> None:
        self.key = make_file_key(secrets.token_bytes(SECRET_BYTES))
        self.digest = hashlib.sha256()
        self.sealer = FileSealer(self.key)
        self.first = b""
        self.file_type: FileType | None = None
        self._judge = judge
        self._field = field_name
        self._held = bytearray()

    def feed(self, piece: bytes) -> bytes:
        """Return what is sealed so far; nothing until there is enough to tell what the file is."""
        if self.file_type is not None:
            return self._seal(piece, self.file_type)
        self._held += piece
        return self._begin() if len(self._held) >= FIRST_BYTES else b""

    def finish(self) -> bytes:
        """Return the rest."""
        begun = self._begin() if self.file_type is None else b""
        return begun + self.sealer.finish()

    def _begin(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        self.first = held[:FIRST_BYTES]
        self.file_type = self._judge(self.first)
        return self._seal(held, self.file_type)

    def _seal(self, piece: bytes, file_type: FileType) -> bytes:
        if self.sealer.size + len(piece) > file_type.limit:
            raise too_large(f"more than {file_type.limit}", file_type, self._field)
        self.digest.update(piece)
        return self.sealer.feed(piece)


async def write_file(room: MediaRoom, pieces: AsyncIterator[bytes], judge: Judge, *, field: str = "file") -> KeptFile:
    """Seal a file into the object store; then `store_file` or `drop_file` has to follow. Nothing stays of one that is refused."""
    intake = _Intake(judge, field)

    async def sealed() -> AsyncIterator[bytes]:
        async for piece in pieces:
            if data := intake.feed(piece):
                yield data
        yield intake.finish()

    with ExitStack() as stack:
        path = stack.enter_context(room.new_object())
        try:
            await room.objects.write(path, sealed())
        except ObjectStoreError as error:
            raise not_kept(error) from error
        assert intake.file_type is not None
        return KeptFile(
            path=path,
            secret=room.seal_key(intake.key),
            sha256=sha256_text(intake.digest.digest()),
            size=intake.sealer.size,
            first=intake.first,
            file_type=intake.file_type,
            held=stack.pop_all(),
        )


async def store_file(
    running: Running, company: Company, kept: KeptFile, *, source: Source, filename: str | None, seconds: float
) -> MediaRow:
    """Give a kept file its id."""
    now = running.clock.now()
    row = MediaRow(
        id=make_graph_id(secrets.token_bytes(8)),
        company=company.id,
        source=source,
        mime_type=kept.file_type.mime_type,
        sha256=kept.sha256,
        file_size=kept.size,
        filename=filename,
        animated=kept.file_type.animated,
        secret=kept.secret,
        object=kept.path,
        blob=None,
        blob_expires_at=0.0,
        attempts=0,
        next_try=0.0,
        failure=None,
        created_at=now,
        expires_at=now + seconds,
    )
    try:
        await running.store.write(lambda connection: insert_media(connection, row))
    except BaseException:
        await drop_file(running.media, kept)
        raise
    kept.held.close()
    running.media.remember(row)
    return row


async def drop_file(room: MediaRoom, kept: KeptFile) -> None:
    """Remove a kept file that is not wanted after all."""
    kept.held.close()
    await remove_object(room, kept.path)


async def remove_object(room: MediaRoom, path: str) -> None:
    """Remove an object without a row; if the store does not answer, housekeeping finds it later."""
    try:
        await room.objects.delete(path)
    except ObjectStoreError as error:
        _log.warning("object_not_removed", error=str(error))


def changed(row: MediaRow, **changes: object) -> MediaRow:
    """Return a row with other values."""
    return msgspec.structs.replace(row, **changes)


def not_kept(error: ObjectStoreError) -> NotNow:
    """Return the error a program is told when the object store does not take or give a file."""
    return NotNow(f"file: the gateway's file store does not answer ({error}); try again", retry_after=5)
