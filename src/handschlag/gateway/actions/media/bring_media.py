"""Makes sure that a file a message names is at the relay, and returns the pointer that is sealed into the message.

A file is named by its id (uploaded before, or received) or by a link, which the gateway fetches itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from handschlag.content.media import MEDIA_TYPES, MediaFile
from handschlag.gateway.actions.media.fetch_incoming import fetch_incoming
from handschlag.gateway.actions.media.fetch_link import fetch_link
from handschlag.gateway.actions.media.relay_copy import bring_to_relay, is_at_relay
from handschlag.gateway.errors import ApiError, MediaFailed, NotNow, ValueNotValid, shown
from handschlag.gateway.rules.graph_ids import is_graph_id
from handschlag.gateway.rules.links.addresses import parse_link
from handschlag.gateway.rules.media_types import plain_mime_type
from handschlag.gateway.storage.media import find_media
from handschlag.object_store import ObjectMissing, ObjectStoreError
from handschlag.relay_client.errors import RelayRefused, RelayUnreachable

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.media import MediaRow


class MediaSource(NamedTuple):
    """How a message names a file: exactly one of the two."""

    id: str | None = None
    link: str | None = None


def media_at_hand(running: Running, company: Company, source: MediaSource, kind: str) -> MediaFile | None:
    """Return the pointer if the file is known, fits the message type and is at the relay for a day at least; memory only."""
    room, now = running.media, running.clock.now()
    id_ = source.id
    if source.link is not None:
        id_, until = room.links.get((company.id, source.link), (None, 0.0))
        if until <= now:
            return None
    known = room.known.get(id_ or "")
    if known is None or known.row.company != company.id or known.row.expires_at <= now:
        return None
    return known.file if is_at_relay(known.row, now) and _fits(known.row, kind) else None


async def check_media(running: Running, company: Company, source: MediaSource, kind: str) -> None:
    """Refuse at the door an id that does not exist or does not fit the message type, and a link by its form."""
    if source.link is not None:
        parse_link(source.link, f"{kind}.link")
    else:
        _check(await _find(running, company, source.id, kind), kind)


async def bring_media(running: Running, company: Company, source: MediaSource, kind: str) -> MediaFile:
    """Return the pointer to a file, fetched and brought to the relay if need be.

    Raises ApiError for an id that does not exist (any more) or does not fit, MediaFailed for what will not get better, and RelayUnreachable
    or a temporary RelayRefused for what may, be it the relay or the gateway's own file store: try again later.
    """
    if (file := media_at_hand(running, company, source, kind)) is not None:
        return file
    try:
        row = await _bring(running, company, source, kind)
    except ObjectStoreError as error:
        raise RelayUnreachable("the gateway's file store", str(error)) from None
    except ObjectMissing:
        raise MediaFailed(f"{kind}: got a file whose content is not in the gateway's file store") from None
    except RelayRefused as refused:
        if refused.temporary:
            raise
        raise MediaFailed(f"{kind}: the relay does not take the file: {refused.error.message}") from None
    except NotNow as error:
        # The file store will be back, and the message can wait for it as it waits for the relay.
        raise RelayUnreachable("the gateway's file store", error.details) from None
    except ApiError as error:
        if source.link is None or isinstance(error, MediaFailed):
            raise
        raise MediaFailed(error.details) from None
    known = running.media.remember(row)
    assert known.file is not None
    return known.file


async def _bring(running: Running, company: Company, source: MediaSource, kind: str) -> MediaRow:
    if source.link is not None:
        row = await _cached(running, company, source.link, kind) or await fetch_link(
            running, company, source.link, kind
        )
        return await bring_to_relay(running, row)
    row = await _find(running, company, source.id, kind)
    _check(row, kind)
    if row.object is None:
        row = await fetch_incoming(running, row)
    return await bring_to_relay(running, row)


async def _cached(running: Running, company: Company, link: str, kind: str) -> MediaRow | None:
    """Return the file that was behind this link a moment ago, if it fits."""
    id_, until = running.media.links.get((company.id, link), ("", 0.0))
    if until <= running.clock.now():
        return None
    row = await running.store.read(lambda connection: find_media(connection, id_))
    return row if row is not None and _fits(row, kind) else None


async def _find(running: Running, company: Company, id_: str | None, kind: str) -> MediaRow:
    """Return a file of the company by its id; raises ValueNotValid."""
    row: MediaRow | None = None
    if isinstance(id_, str) and is_graph_id(id_):
        row = await find_row(running, id_)
    if row is None or row.company != company.id or row.expires_at <= running.clock.now():
        raise ValueNotValid(
            f"{kind}.id: got {shown(id_)}, expected the id of a file of this number that has not expired"
        )
    return row


async def find_row(running: Running, id_: str) -> MediaRow | None:
    """Return a file by its id, whoever's it is."""
    known = running.media.known.get(id_)
    if known is not None:
        return known.row
    # What was received in the open commit is not on disk yet, and is known.
    row = await running.store.read(lambda connection: find_media(connection, id_))
    return running.media.remember(row).row if row is not None else None


def _check(row: MediaRow, kind: str) -> None:
    if row.failure is not None:
        raise ValueNotValid(f"{kind}.id: got '{row.id}', a received file that cannot be had: {row.failure}")
    allowed = MEDIA_TYPES[kind]
    if plain_mime_type(row.mime_type) not in allowed.mime_types:
        raise ValueNotValid(
            f"{kind}.id: got a file of type '{row.mime_type[:80]}', expected one of {', '.join(sorted(allowed.mime_types))}"
        )
    if row.file_size > allowed.bytes:
        raise ValueNotValid(f"{kind}.id: got a file of {row.file_size} bytes, at most {allowed.bytes} for {kind}")


def _fits(row: MediaRow, kind: str) -> bool:
    allowed = MEDIA_TYPES[kind]
    return plain_mime_type(row.mime_type) in allowed.mime_types and row.file_size <= allowed.bytes


__all__ = [
    "MediaFailed",
    "MediaSource",
    "RelayUnreachable",
    "bring_media",
    "check_media",
    "find_row",
    "media_at_hand",
]
