"""Reads and writes which backups there are, and which parts of them lie in the object store."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from handschlag.relay.storage.schema import backup_parts, backups
from handschlag.wire.ids import AccountId


class BackupRow(msgspec.Struct, frozen=True):
    """A backup; one of generation 0 is not whole yet."""

    id: str
    account: AccountId
    generation: int
    identity: str
    contents: str
    stored_at: float
    used_at: float


class PartName(msgspec.Struct, frozen=True):
    """Which part of which backup."""

    backup: str
    part: str


def find_backup(connection: Connection, id_: str) -> BackupRow | None:
    """Return the backup of this id."""
    row = connection.execute(select(backups).where(backups.c.id == id_)).first()
    return None if row is None else BackupRow(**row._mapping)


def list_backups(connection: Connection, account: AccountId) -> list[tuple[BackupRow, int]]:
    """Return the backups of an account, each with the bytes of its current parts."""
    size = select(func.coalesce(func.sum(backup_parts.c.bytes), 0)).where(
        backup_parts.c.backup == backups.c.id, backup_parts.c.current
    )
    rows = connection.execute(
        select(backups, size.scalar_subquery().label("bytes"))
        .where(backups.c.account == account)
        .order_by(backups.c.stored_at)
    )
    return [
        (BackupRow(**{name: value for name, value in row._mapping.items() if name != "bytes"}), int(row.bytes))
        for row in rows
    ]


def insert_backup(connection: Connection, row: BackupRow) -> None:
    """Store a backup that is new."""
    connection.execute(insert(backups).values(msgspec.structs.asdict(row)))


def replace_backup(connection: Connection, row: BackupRow, parts: list[str]) -> None:
    """Put a generation in force; the parts it does not name are left over."""
    connection.execute(update(backups).where(backups.c.id == row.id).values(msgspec.structs.asdict(row)))
    of_this = backup_parts.c.backup == row.id
    connection.execute(
        update(backup_parts).where(of_this, backup_parts.c.current).values(current=False, created_at=row.stored_at)
    )
    connection.execute(update(backup_parts).where(of_this, backup_parts.c.part.in_(parts)).values(current=True))


def note_use(connection: Connection, id_: str, now: float) -> None:
    """Note that a backup was asked for."""
    connection.execute(update(backups).where(backups.c.id == id_).values(used_at=now))


def begin_part(connection: Connection, name: PartName, size: int, now: float) -> bool:
    """Note a part that is being written; return whether it lies there already."""
    same = and_(backup_parts.c.backup == name.backup, backup_parts.c.part == name.part)
    complete = connection.execute(select(backup_parts.c.complete).where(same)).scalar()
    if complete is None:
        row = {"backup": name.backup, "part": name.part, "bytes": size}
        connection.execute(insert(backup_parts).values(**row, complete=False, current=False, created_at=now))
    else:
        connection.execute(update(backup_parts).where(same).values(created_at=now))
    return bool(complete)


def end_part(connection: Connection, name: PartName) -> None:
    """Note that a part was written."""
    same = and_(backup_parts.c.backup == name.backup, backup_parts.c.part == name.part)
    connection.execute(update(backup_parts).where(same).values(complete=True))


def part_is_current(connection: Connection, name: PartName) -> bool:
    """Return whether a part belongs to the generation in force."""
    same = and_(backup_parts.c.backup == name.backup, backup_parts.c.part == name.part)
    return bool(connection.execute(select(backup_parts.c.current).where(same)).scalar())


def complete_parts(connection: Connection, id_: str, parts: list[str]) -> dict[str, int]:
    """Return which of these parts lie there whole, with their sizes."""
    rows = connection.execute(
        select(backup_parts.c.part, backup_parts.c.bytes).where(
            backup_parts.c.backup == id_, backup_parts.c.complete, backup_parts.c.part.in_(parts)
        )
    )
    return {row.part: row.bytes for row in rows}


def stored_bytes(connection: Connection, account: AccountId) -> int:
    """Return the bytes of all parts of an account, of the generations in force and of those to come."""
    total = (
        select(func.coalesce(func.sum(backup_parts.c.bytes), 0))
        .join(backups, backups.c.id == backup_parts.c.backup)
        .where(backups.c.account == account)
    )
    return int(connection.execute(total).scalar() or 0)


def list_left_parts(connection: Connection, before: float, limit: int) -> list[PartName]:
    """Return parts that belong to no generation in force and to none that may be on its way."""
    orphan = ~select(backups.c.id).where(backups.c.id == backup_parts.c.backup).exists()
    left = and_(backup_parts.c.current.is_(False), backup_parts.c.created_at <= before)
    rows = connection.execute(select(backup_parts.c.backup, backup_parts.c.part).where(or_(left, orphan)).limit(limit))
    return [PartName(backup=row.backup, part=row.part) for row in rows]


def forget_parts(connection: Connection, names: list[PartName]) -> None:
    """Forget parts whose objects are gone."""
    for name in names:
        connection.execute(
            delete(backup_parts).where(backup_parts.c.backup == name.backup, backup_parts.c.part == name.part)
        )


def forget_backups(connection: Connection, ids: list[str]) -> None:
    """Forget backups; their parts are left over from now on."""
    connection.execute(delete(backups).where(backups.c.id.in_(ids)))


def forget_backups_of(connection: Connection, account: AccountId) -> None:
    """Forget every backup of an account; their parts are left over from now on."""
    connection.execute(delete(backups).where(backups.c.account == account))


def list_unused_backups(connection: Connection, *, unused_since: float, begun_before: float, limit: int) -> list[str]:
    """Return backups nobody used since a time, and those begun before another and never whole."""
    begun = and_(backups.c.generation == 0, backups.c.used_at <= begun_before)
    rows = connection.execute(select(backups.c.id).where(or_(backups.c.used_at <= unused_since, begun)).limit(limit))
    return list(rows.scalars())
