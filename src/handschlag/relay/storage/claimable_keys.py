"""Reads and writes one-time keys and fallback keys; a one-time key is handed out once.

The id of a key that was handed out stays for a while with an empty key: a device that did not hear the answer to its
upload sends the same keys again, and one of them may have been claimed in between.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from handschlag.relay.storage.schema import fallback_keys, one_time_keys
from handschlag.wire.certificates import KeyObject

KEY_TYPE = "signed_curve25519"
_REMEMBERED = 100
_LEFT = one_time_keys.c.key != ""


class Stock(msgspec.Struct, frozen=True):
    """How many one-time keys of a device are left, and whether its fallback key is unused."""

    one_time_keys: int
    unused_fallback_keys: list[str]


def count_stock(connection: Connection, mailbox: int) -> Stock:
    """Return a device's stock."""
    count = connection.execute(
        select(func.count()).select_from(one_time_keys).where(one_time_keys.c.mailbox == mailbox, _LEFT)
    ).scalar_one()
    used = connection.execute(select(fallback_keys.c.used).where(fallback_keys.c.mailbox == mailbox)).scalar()
    return Stock(count, [KEY_TYPE] if used is not None and not used else [])


def add_one_time_keys(connection: Connection, mailbox: int, keys: dict[str, KeyObject]) -> None:
    """Store keys a device uploaded; one that is there already stays as it is."""
    known = set(
        connection.execute(
            select(one_time_keys.c.key_id).where(
                one_time_keys.c.mailbox == mailbox, one_time_keys.c.key_id.in_(list(keys))
            )
        ).scalars()
    )
    rows = [
        {"mailbox": mailbox, "key_id": key_id, "key": msgspec.json.encode(key).decode()}
        for key_id, key in keys.items()
        if key_id not in known
    ]
    if rows:
        connection.execute(insert(one_time_keys), rows)
    _forget_old_claims(connection, mailbox)


def _forget_old_claims(connection: Connection, mailbox: int) -> None:
    claimed = select(one_time_keys.c.id).where(one_time_keys.c.mailbox == mailbox, one_time_keys.c.key == "")
    newest = claimed.order_by(one_time_keys.c.id.desc()).offset(_REMEMBERED).limit(1)
    last = connection.execute(newest).scalar()
    if last is not None:
        connection.execute(
            delete(one_time_keys).where(one_time_keys.c.id.in_(claimed.where(one_time_keys.c.id <= last)))
        )


def replace_fallback_key(connection: Connection, mailbox: int, key_id: str, key: KeyObject) -> None:
    """Store the fallback key a device uploaded, unused; the same key again changes nothing."""
    current = connection.execute(select(fallback_keys.c.key_id).where(fallback_keys.c.mailbox == mailbox)).scalar()
    if current == key_id:
        return
    connection.execute(delete(fallback_keys).where(fallback_keys.c.mailbox == mailbox))
    text = msgspec.json.encode(key).decode()
    connection.execute(insert(fallback_keys).values(mailbox=mailbox, key_id=key_id, key=text, used=False))


def drop_keys(connection: Connection, mailbox: int) -> None:
    """Delete everything a device left to claim."""
    for table in (one_time_keys, fallback_keys):
        connection.execute(delete(table).where(table.c.mailbox == mailbox))


def claim_key(connection: Connection, mailbox: int) -> dict[str, KeyObject] | None:
    """Take a one-time key off the stock, or return the fallback key, which stays."""
    row = connection.execute(
        select(one_time_keys).where(one_time_keys.c.mailbox == mailbox, _LEFT).order_by(one_time_keys.c.id).limit(1)
    ).first()
    if row is not None:
        connection.execute(update(one_time_keys).where(one_time_keys.c.id == row.id).values(key=""))
        return {row.key_id: msgspec.json.decode(row.key)}
    fallback = connection.execute(select(fallback_keys).where(fallback_keys.c.mailbox == mailbox)).first()
    if fallback is None:
        return None
    connection.execute(update(fallback_keys).where(fallback_keys.c.mailbox == mailbox).values(used=True))
    return {fallback.key_id: msgspec.json.decode(fallback.key)}
