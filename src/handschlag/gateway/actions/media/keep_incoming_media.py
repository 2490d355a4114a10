"""Gives a received file its id and address in the commit of its message; the file itself is fetched afterwards."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from handschlag.crypto.errors import FileNotOpened
from handschlag.gateway.rules.graph_ids import make_graph_id
from handschlag.gateway.storage.media import INSERT_MEDIA, MediaRow
from handschlag.relay_client.media import blob_key
from handschlag.wire.limits import MEDIA_BYTES

if TYPE_CHECKING:
    from handschlag.content.media import MediaFile
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.wire.ids import AccountId


class IncomingMedia(NamedTuple):
    """What stands in the webhook of a received file; `failure` says why it cannot be had (131052), if that is known already."""

    id: str
    url: str
    failure: str | None = None


def keep_incoming_media(
    running: Running, company: Company, customer: AccountId, file: MediaFile, now: float
) -> IncomingMedia:
    """Put a row for a received file into the open commit, and fetch the file once that is on disk."""
    failure = None
    if file.file_size > MEDIA_BYTES:
        failure = f"got a file of {file.file_size} bytes, at most {MEDIA_BYTES}"
    try:
        secret = running.media.seal_key(blob_key(file.blob))
    except FileNotOpened:
        secret, failure = b"", "got a pointer without a key that could open the file"
    row = MediaRow(
        id=make_graph_id(secrets.token_bytes(8)),
        company=company.id,
        source="incoming",
        mime_type=file.mime_type,
        sha256=file.sha256,
        file_size=file.file_size,
        filename=file.filename,
        animated=bool(file.animated),
        secret=secret,
        object=None,
        blob=file.blob.id,
        blob_expires_at=0.0,
        attempts=0,
        next_try=0.0 if failure else now,
        failure=failure,
        created_at=now,
        expires_at=now + running.settings.incoming_media_seconds,
        customer=customer,
    )
    running.store.add(INSERT_MEDIA, msgspec.structs.astuple(row))
    running.store.after(_wake, running)
    running.media.remember(row)
    return IncomingMedia(row.id, running.media.url_of(row, now), failure)


def _wake(running: Running) -> None:
    running.media.wake_fetcher()
