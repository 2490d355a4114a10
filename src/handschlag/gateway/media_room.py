"""What the running gateway knows of files: where they lie, which are known, and which are on their way at this moment.

A file in memory is as on disk; `known` is a cache, and a row that is changed is remembered again in the same breath.
"""

from __future__ import annotations

import asyncio
import secrets
from base64 import b64decode
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

import msgspec

from handschlag.content.media import MediaFile
from handschlag.content.preview import Preview
from handschlag.crypto.attachments import KEY_BYTES, FileKey
from handschlag.gateway.rules.media_types import KIND_OF, plain_mime_type
from handschlag.gateway.rules.media_urls import MediaAddress, derive_key, media_url
from handschlag.relay_client.media import make_blob

if TYPE_CHECKING:
    import aiohttp

    from handschlag.gateway.data_key import DataKey
    from handschlag.gateway.settings import GatewaySettings
    from handschlag.gateway.storage.media import MediaRow
    from handschlag.object_store import ObjectStore
    from handschlag.relay_client.http import RelayHttp

T = TypeVar("T")
_PURPOSE = "media"
_MOST_KNOWN = 5_000
_NAME_BYTES = 20
_UPLOADS_AT_ONCE = 3
_PREVIEWS_AT_ONCE = 2
_read_preview = msgspec.json.Decoder(Preview).decode
_NO_PREVIEW = Preview()


class KnownMedia(NamedTuple):
    """A file with its pointer, if its ciphertext lies at the relay."""

    row: MediaRow
    file: MediaFile | None


@dataclass(slots=True)
class MediaRoom:
    """The gateway's own object store, and what is in memory about it."""

    objects: ObjectStore
    data_key: DataKey
    settings: GatewaySettings
    # How programs reach the gateway, for addresses that stand in webhooks; set once the door listens.
    base_url: str = ""
    session: aiohttp.ClientSession | None = None
    relays: dict[int, RelayHttp] = field(default_factory=dict)
    # By company: a relay takes few uploads of one account at once.
    uploading: defaultdict[int, asyncio.Semaphore] = field(
        default_factory=lambda: defaultdict(lambda: asyncio.Semaphore(_UPLOADS_AT_ONCE))
    )
    # A picture in the making takes memory.
    previewing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_PREVIEWS_AT_ONCE))
    known: OrderedDict[str, KnownMedia] = field(default_factory=OrderedDict)
    # By company and link: the file that was there, and until when it is taken for the same.
    links: OrderedDict[tuple[int, str], tuple[str, float]] = field(default_factory=OrderedDict)
    # Objects that are being written: they have no row yet and are no leftovers.
    under_way: set[str] = field(default_factory=set)
    running: dict[tuple[str, str], asyncio.Task[object]] = field(default_factory=dict)
    wake_fetcher: Callable[[], None] = field(default=lambda: None)

    def add_relay(self, company: int, relay: RelayHttp) -> None:
        """Bring and fetch a company's files through this; what waited for it is fetched now."""
        self.relays[company] = relay
        self.wake_fetcher()

    def remember(self, row: MediaRow) -> KnownMedia:
        """Keep a file at hand as it is on disk now."""
        known = self.known[row.id] = KnownMedia(row, self._pointer(row))
        self.known.move_to_end(row.id)
        if len(self.known) > _MOST_KNOWN:
            self.known.popitem(last=False)
        return known

    def forget(self, id_: str) -> None:
        """Drop a file from memory: it was removed, or is read anew."""
        self.known.pop(id_, None)

    def remember_link(self, company: int, link: str, id_: str, until: float) -> None:
        """Take this file for what lies behind a link, for a while."""
        self.links[company, link] = (id_, until)
        self.links.move_to_end((company, link))
        if len(self.links) > _MOST_KNOWN:
            self.links.popitem(last=False)

    def seal_key(self, key: FileKey) -> bytes:
        """Return a file's key as it lies in the database."""
        return self.data_key.seal(key.raw, _PURPOSE)

    def open_key(self, secret: bytes) -> FileKey:
        """Return a file's key."""
        raw = self.data_key.open(secret, _PURPOSE)
        return FileKey(raw[:KEY_BYTES], raw[KEY_BYTES:])

    def url_of(self, row: MediaRow, now: float, base: str = "") -> str:
        """Return an address under which a file can be fetched for a while."""
        expires_at = int(min(now + self.settings.media_url_seconds, row.expires_at))
        key = derive_key(self.data_key.raw, "media url")
        return media_url(base or self.base_url, key, MediaAddress(row.id, expires_at))

    @contextmanager
    def new_object(self) -> Iterator[str]:
        """Give a name to an object that is written now; until the block ends it is no leftover."""
        name = secrets.token_hex(_NAME_BYTES)
        path = f"{name[:2]}/{name}"
        self.under_way.add(path)
        try:
            yield path
        finally:
            self.under_way.discard(path)

    async def once(self, what: str, key: str, work: Callable[[], Awaitable[T]]) -> T:
        """Do something that several ask for at the same time once; it goes on if one of them leaves."""
        task = self.running.get((what, key))
        if task is None:

            async def run() -> object:
                try:
                    return await work()
                finally:
                    del self.running[what, key]

            task = self.running[what, key] = asyncio.get_running_loop().create_task(run())
            task.add_done_callback(_look_at_error)
        return cast("T", await asyncio.shield(task))

    async def stop(self) -> None:
        """End what is under way; it is taken up again after the next start."""
        tasks = list(self.running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _pointer(self, row: MediaRow) -> MediaFile | None:
        if row.blob is None or row.object is None:
            return None
        kind = KIND_OF.get(plain_mime_type(row.mime_type) or "")
        preview = _read_preview(row.preview) if row.preview else _NO_PREVIEW
        return MediaFile(
            mime_type=row.mime_type,
            sha256=row.sha256,
            file_size=row.file_size,
            blob=make_blob(row.blob, self.open_key(row.secret)),
            filename=row.filename if kind == "document" else None,
            animated=row.animated if kind == "sticker" else None,
            preview=None if preview == _NO_PREVIEW else preview,
        )


def _look_at_error(task: asyncio.Task[object]) -> None:
    # Whoever asked may be gone; the error was theirs to see, and the loop shall not complain.
    if not task.cancelled():
        task.exception()


def sha256_hex(sha256: str) -> str:
    """Return a SHA-256 in base64 as the media node spells it."""
    return b64decode(sha256 + "=" * (-len(sha256) % 4)).hex()
