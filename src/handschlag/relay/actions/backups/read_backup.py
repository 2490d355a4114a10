"""Shows a backup to whoever knows its id: who lost every device has no account to show."""

from __future__ import annotations

from handschlag.object_store import ObjectMissing
from handschlag.relay.actions.backups.store_backup import part_path
from handschlag.relay.context import Context
from handschlag.relay.errors import NotFound
from handschlag.relay.storage.backups import PartName, find_backup, note_use, part_is_current
from handschlag.wire.http import Backup
from handschlag.wire.limits import BACKUP_PART_BYTES


async def read_backup(context: Context, id_: str) -> Backup:
    """Return a backup that is whole."""
    row = await context.store.read(lambda connection: find_backup(connection, id_))
    if row is None or not row.generation:
        raise NotFound("there is no such backup", field="id")
    await context.store.write(lambda connection: note_use(connection, id_, context.clock.now()))
    return Backup(generation=row.generation, stored_at=int(row.stored_at), identity=row.identity, contents=row.contents)


async def read_part(context: Context, name: PartName) -> bytes:
    """Return a part of the generation in force."""
    if not await context.store.read(lambda connection: part_is_current(connection, name)):
        raise NotFound("there is no such part", field="part")
    try:
        pieces = [piece async for piece in context.media.objects.read(part_path(name), 0, BACKUP_PART_BYTES)]
    except ObjectMissing:
        raise NotFound("there is no such part", field="part") from None
    content = b"".join(pieces)
    context.metrics.backup_bytes.labels("out").inc(len(content))
    return content
