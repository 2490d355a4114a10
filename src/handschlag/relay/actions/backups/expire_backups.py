"""Clears away backups nobody used for long, and parts that belong to no generation in force."""

from __future__ import annotations

from functools import partial

from handschlag.object_store import ObjectStoreError
from handschlag.relay.actions.backups.store_backup import part_path
from handschlag.relay.context import Context
from handschlag.relay.storage.backups import (
    forget_backups,
    forget_backups_of,
    forget_parts,
    list_left_parts,
    list_unused_backups,
)
from handschlag.telemetry.logs import get_logger
from handschlag.wire.ids import AccountId
from handschlag.wire.limits import DAY

_log = get_logger(__name__)
_PAGE = 200


async def expire_backups(context: Context) -> None:
    """Forget unused backups, then remove what is left over: object first, so that a row tells what is still to be done."""
    now = context.clock.now()
    unused = partial(
        list_unused_backups,
        unused_since=now - context.settings.backup_seconds,
        begun_before=now - DAY,
        limit=_PAGE,
    )
    while ids := await context.store.read(unused):
        await context.store.write(partial(forget_backups, ids=ids))
    while names := await context.store.read(partial(list_left_parts, before=now - DAY, limit=_PAGE)):
        try:
            await context.media.objects.delete(*map(part_path, names))
        except ObjectStoreError as error:
            _log.warning("object_not_removed", error=str(error))
            return
        await context.store.write(partial(forget_parts, names=names))


async def remove_backups_of(context: Context, account: AccountId) -> None:
    """Remove every backup of an account that is erased."""
    await context.store.write(partial(forget_backups_of, account=account))
    await expire_backups(context)
