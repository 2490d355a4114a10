"""Takes a sealed backup: part by part, and in force only once all of its parts lie here.

A part is named by its hash, so that one which did not change is not brought again. What belongs to no generation in force is cleared
away a day later (`expire_backups`): until then it may belong to one that is on its way.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator

from sqlalchemy import Connection

from handschlag.relay.context import Context
from handschlag.relay.errors import BadRequest, Conflict, Forbidden, NotFound, TooLarge
from handschlag.relay.mailroom import Address
from handschlag.relay.storage.backups import (
    BackupRow,
    PartName,
    begin_part,
    complete_parts,
    end_part,
    find_backup,
    forget_backups,
    insert_backup,
    list_backups,
    replace_backup,
    stored_bytes,
)
from handschlag.wire.http import BackupState, BackupStates, PutBackup
from handschlag.wire.ids import AccountId
from handschlag.wire.limits import (
    BACKUP_CONTENTS_CHARACTERS,
    BACKUP_IDENTITY_CHARACTERS,
    BACKUP_PARTS,
    BACKUPS_PER_ACCOUNT,
)

_NAME = re.compile(r"[0-9a-f]{64}")


def part_path(name: PartName) -> str:
    """Return under which name a part lies in the object store; no folder holds all of them."""
    return f"backups/{name.backup[:2]}/{name.backup}/{name.part}"


def parse_name(text: str, field: str) -> str:
    """Return the name of a backup or a part."""
    if not _NAME.fullmatch(text):
        raise BadRequest("no such name", field=field, seen=text[:80], limit="64 hexadecimal digits")
    return text


async def store_part(context: Context, sender: Address, name: PartName, content: bytes) -> None:
    """Keep a part whose name is its hash; what lies here already is not written again."""
    found = hashlib.sha256(content).hexdigest()
    if found != name.part:
        raise BadRequest("the name is not the hash of the part", field="part", seen=found, limit="its SHA-256")
    now, most = context.clock.now(), context.settings.backup_bytes

    def begin(connection: Connection) -> bool:
        _claim(connection, sender.account, name.backup, now)
        there = begin_part(connection, name, len(content), now)
        stored = stored_bytes(connection, sender.account)
        # The generation in force and one on its way.
        if most and stored > 2 * most:
            raise _too_large(f"{stored} bytes", most)
        return there

    if await context.store.write(begin):
        return
    await context.media.objects.write(part_path(name), _once(content))
    await context.store.write(lambda connection: end_part(connection, name))
    context.metrics.backup_bytes.labels("in").inc(len(content))


async def store_backup(context: Context, sender: Address, id_: str, request: PutBackup) -> BackupState:
    """Put the next generation in force if every part of it is here; asked for again it is answered again."""
    _check(request)
    now, most = context.clock.now(), context.settings.backup_bytes
    parts = list(dict.fromkeys(request.parts))

    def store(connection: Connection) -> BackupState:
        known = _claim(connection, sender.account, id_, now, only_new=request.previous == 0)
        sizes = complete_parts(connection, id_, parts)
        size = sum(sizes.values())
        if known.generation == request.previous + 1 and known.contents == request.contents:
            return _state(known, size)
        if known.generation != request.previous:
            raise Conflict(
                "another generation is in force",
                field="previous",
                seen=str(request.previous),
                limit=str(known.generation),
            )
        missing = [part for part in parts if part not in sizes]
        if missing:
            raise Conflict("parts are missing", field="parts", seen=missing[0], limit=f"{len(missing)} to bring")
        if most and size > most:
            raise _too_large(f"{size} bytes", most)
        row = BackupRow(
            id=id_,
            account=sender.account,
            generation=known.generation + 1,
            identity=request.identity,
            contents=request.contents,
            stored_at=now,
            used_at=now,
        )
        replace_backup(connection, row, parts)
        return _state(row, size)

    return await context.store.write(store)


async def list_own_backups(context: Context, sender: Address) -> BackupStates:
    """Return what lies here for an account."""
    found = await context.store.read(lambda connection: list_backups(connection, sender.account))
    return BackupStates(backups=[_state(row, size) for row, size in found if row.generation])


async def remove_backup(context: Context, sender: Address, id_: str) -> None:
    """Remove a backup; its parts are cleared away with the next round."""

    def remove(connection: Connection) -> None:
        known = find_backup(connection, id_)
        if known is None:
            raise NotFound("there is no such backup", field="id")
        if known.account != sender.account:
            raise Forbidden("only its account removes a backup", field="id")
        forget_backups(connection, [id_])

    await context.store.write(remove)


def _claim(connection: Connection, account: AccountId, id_: str, now: float, *, only_new: bool = True) -> BackupRow:
    """Return the account's backup of this id, begun now if there is none."""
    known = find_backup(connection, id_)
    if known is None:
        if not only_new:
            raise NotFound("there is no such backup any more", field="id")
        if len(list_backups(connection, account)) >= BACKUPS_PER_ACCOUNT:
            raise Conflict(f"an account has {BACKUPS_PER_ACCOUNT} backups at most", field="id", seen=id_)
        known = BackupRow(id=id_, account=account, generation=0, identity="", contents="", stored_at=now, used_at=now)
        insert_backup(connection, known)
    if known.account != account:
        raise Forbidden("this backup is another account's", field="id")
    return known


def _check(request: PutBackup) -> None:
    for field, text, most in (
        ("identity", request.identity, BACKUP_IDENTITY_CHARACTERS),
        ("contents", request.contents, BACKUP_CONTENTS_CHARACTERS),
    ):
        if len(text) > most:
            raise TooLarge("too long", field=field, seen=f"{len(text)} characters", limit=f"at most {most}")
    if len(request.parts) > BACKUP_PARTS:
        raise TooLarge("too many parts", field="parts", seen=str(len(request.parts)), limit=f"at most {BACKUP_PARTS}")
    for part in request.parts:
        parse_name(part, "parts")


def _too_large(seen: str, most: int) -> TooLarge:
    return TooLarge("the backup is too large", field="parts", seen=seen, limit=f"at most {most} bytes")


def _state(row: BackupRow, size: int) -> BackupState:
    return BackupState(id=row.id, generation=row.generation, stored_at=int(row.stored_at), bytes=size)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
