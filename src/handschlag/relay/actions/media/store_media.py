"""Takes a sealed file: counted before it comes, written while it comes, listed once it is whole."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

from handschlag.object_store import ObjectStoreError
from handschlag.relay.context import Context
from handschlag.relay.errors import BadRequest, RateLimited
from handschlag.relay.mailroom import Address
from handschlag.relay.storage.media import MediaRow, give_back_usage, insert_media, take_usage
from handschlag.telemetry.logs import get_logger
from handschlag.wire.ids import AccountId
from handschlag.wire.limits import DAY

_log = get_logger(__name__)
# 192 bits: an id is found by nobody who was not told. Hexadecimal, for file systems that do not tell case apart.
_ID_BYTES = 24
_AT_ONCE = 4


def object_path(id_: str) -> str:
    """Return under which name a file lies in the object store; no folder holds all of them."""
    return f"{id_[:2]}/{id_}"


async def store_media(context: Context, sender: Address, length: int, pieces: AsyncIterator[bytes]) -> MediaRow:
    """Store `length` bytes; raises BadRequest if others come, and RateLimited over the account's day."""
    room, account, now = context.media, sender.account, context.clock.now()
    if room.by_account[account] >= _AT_ONCE:
        raise RateLimited(f"got {_AT_ONCE + 1} uploads at once, at most {_AT_ONCE}", retry_after=5.0)
    id_ = secrets.token_hex(_ID_BYTES)
    room.by_account[account] += 1
    room.under_way.add(id_)
    try:
        return await _store(context, account, id_, length, pieces, now)
    finally:
        room.under_way.discard(id_)
        room.by_account[account] -= 1
        if not room.by_account[account]:
            del room.by_account[account]


async def _store(
    context: Context, account: AccountId, id_: str, length: int, pieces: AsyncIterator[bytes], now: float
) -> MediaRow:
    day = int(now // DAY)
    await count_usage(context, account, day, length, now)
    seen = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal seen
        async for piece in pieces:
            seen += len(piece)
            if seen > length:
                break
            yield piece
        if seen != length:
            raise BadRequest(
                "another length than announced", field="body", seen=f"{seen} bytes", limit=f"{length} bytes"
            )

    path = object_path(id_)
    row = MediaRow(
        id=id_, account=account, bytes=length, created_at=now, expires_at=now + context.settings.media_seconds
    )
    try:
        await context.media.objects.write(path, counted())
    except BaseException:
        missing = max(0, length - seen)
        await context.store.write(lambda connection: give_back_usage(connection, account, day, missing))
        raise
    await context.store.write(lambda connection: insert_media(connection, row))
    context.metrics.media_bytes.labels("in").inc(length)
    return row


async def count_usage(context: Context, account: AccountId, day: int, length: int, now: float) -> None:
    """Count bytes that are announced; raises RateLimited over the account's day."""
    settings = context.settings
    found = await context.directory.find_account(account)
    company = found is not None and found.kind == "company"
    limit = settings.company_media_bytes_per_day if company else settings.customer_media_bytes_per_day
    used = await context.store.write(lambda connection: take_usage(connection, account, day, size=length, limit=limit))
    if used:
        raise RateLimited(
            "this account has stored as much as it may today",
            field="body",
            seen=f"{length} bytes after {used}",
            limit=f"{limit} bytes a day",
            retry_after=(day + 1) * DAY - now,
        )


async def remove_object(context: Context, id_: str) -> None:
    """Remove a file whose row is gone; if the store does not answer, the sweep finds it later."""
    try:
        await context.media.objects.delete(object_path(id_))
    except ObjectStoreError as error:
        _log.warning("object_not_removed", error=str(error))
