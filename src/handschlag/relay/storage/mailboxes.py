"""Reads and writes mailboxes: numbered events per device, in until acknowledged."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from handschlag.database.hot import delete_rows, insert_rows
from handschlag.relay.storage.schema import mailbox, starts, used_challenges

# A row: (number, mailbox, envelope or None, attempt, note_to, event, expires_at).
STORE_EVENT = insert_rows(
    mailbox, "number", "mailbox", "envelope", "attempt", "note_to", "event", "expires_at", on_conflict="ignore"
)
FORGET_EVENT = delete_rows(mailbox, "number")


class StoredEvent(NamedTuple):
    """An event as it waits: `event` is its JSON without number and braces, `note_to` the mailbox that wants a delivery note."""

    number: int
    mailbox: int
    envelope: str | None
    note_to: int
    event: bytes


_COLUMNS = (mailbox.c.number, mailbox.c.mailbox, mailbox.c.envelope, mailbox.c.note_to, mailbox.c.event)


def first_number(connection: Connection, now: float) -> int:
    """Return a number above all that earlier starts gave; 2^32 events fit into one start, 2^21 starts into a JSON number."""
    started = connection.execute(insert(starts).values(at=now)).inserted_primary_key
    assert started is not None
    return int(started[0]) << 32


def clear_mailbox(connection: Connection, box: int) -> None:
    """Delete everything that waits for a device."""
    connection.execute(delete(mailbox).where(mailbox.c.mailbox == box))


def read_events(connection: Connection, box: int, after: int, limit: int) -> list[StoredEvent]:
    """Return the next events of a mailbox beyond a number, in order."""
    query = select(*_COLUMNS).where(mailbox.c.mailbox == box, mailbox.c.number > after)
    return [StoredEvent(*row) for row in connection.execute(query.order_by(mailbox.c.number).limit(limit))]


def read_acknowledged(connection: Connection, box: int, up_to: int) -> list[StoredEvent]:
    """Return the events of a mailbox up to a number that its device says it has stored."""
    query = select(*_COLUMNS).where(mailbox.c.mailbox == box, mailbox.c.number <= up_to)
    return [StoredEvent(*row) for row in connection.execute(query.order_by(mailbox.c.number))]


def read_expired(connection: Connection, *, now: float, after: int, limit: int) -> list[StoredEvent]:
    """Return the next events beyond a number whose time is over."""
    query = select(*_COLUMNS).where(mailbox.c.expires_at <= now, mailbox.c.number > after)
    return [StoredEvent(*row) for row in connection.execute(query.order_by(mailbox.c.number).limit(limit))]


def read_kept(connection: Connection, limit: int) -> dict[tuple[str, int], int]:
    """Return the newest envelopes that wait, by id and attempt, each with the number of one of its events."""
    query = select(mailbox.c.envelope, mailbox.c.attempt, mailbox.c.number).where(mailbox.c.envelope.is_not(None))
    rows = connection.execute(query.order_by(mailbox.c.number.desc()).limit(limit))
    return {(row.envelope, row.attempt): row.number for row in rows}


def read_event(connection: Connection, number: int) -> bytes | None:
    """Return an event as it waits, None if it is gone."""
    return connection.execute(select(mailbox.c.event).where(mailbox.c.number == number)).scalar()


def use_challenge(connection: Connection, challenge: str, expires_at: float) -> bool:
    """Note that a challenge served; return whether it was the first time."""
    known = connection.execute(select(used_challenges).where(used_challenges.c.challenge == challenge)).first()
    if known is not None:
        return False
    connection.execute(insert(used_challenges).values(challenge=challenge, expires_at=expires_at))
    return True


def forget_used_challenges(connection: Connection, now: float) -> None:
    """Remove logins that would be refused as expired anyway."""
    connection.execute(delete(used_challenges).where(used_challenges.c.expires_at <= now))
