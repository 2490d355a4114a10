"""The log of deliveries: one row for each attempt, kept for some days and for so many attempts of each endpoint.

What is stored: when, to where, with which headers, what was answered and how long it took. The event's bytes stand in the row that settled
it (confirmed or given up); before, they are in webhook_queue, so that each event's content is on disk once.

The life of a row: written in the commit that settles or postpones the event; removed when its time is over, or when its endpoint has more
rows than are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, case, delete, func, select

from handschlag.database.hot import insert_rows
from handschlag.gateway.storage.schema import webhook_log, webhook_queue

# Row: the columns of Attempt, in this order.
LOG_ATTEMPT = insert_rows(
    webhook_log,
    *("id", "subscription", "sequence", "lane", "app_id", "callback_url", "field", "attempt", "at"),
    *("status", "error", "duration_ms", "headers", "answer", "entry"),
)

OK_FROM, OK_UNTIL = 200, 300


class Attempt(msgspec.Struct, frozen=True):
    """One attempt to deliver an event; `status` is the endpoint's, `error` what kept it from answering. Bodies are left out of lists."""

    id: int
    subscription: int
    sequence: int
    lane: int
    app_id: str
    callback_url: str
    field: str
    attempt: int
    at: float
    status: int | None
    error: str | None
    duration_ms: float
    headers: str = ""
    answer: bytes | None = None
    entry: bytes | None = None

    @property
    def confirmed(self) -> bool:
        """Whether the endpoint took the event."""
        return self.status is not None and OK_FROM <= self.status < OK_UNTIL


class LogFilter(msgspec.Struct, frozen=True):
    """Which attempts are asked for; what is None is not asked about. `outcome` is confirmed or failed."""

    app_id: str
    status: int | None = None
    outcome: str | None = None
    field: str | None = None
    callback_url: str | None = None
    since: float | None = None
    until: float | None = None
    ids: tuple[int, ...] | None = None


_CONFIRMED = (webhook_log.c.status >= OK_FROM) & (webhook_log.c.status < OK_UNTIL)
_WITHOUT_BODIES = [webhook_log.c[name] for name in Attempt.__struct_fields__[:-3]]
_WHOLE = [webhook_log.c[name] for name in Attempt.__struct_fields__]


def _conditions(wanted: LogFilter) -> list[ColumnElement[bool]]:
    column = webhook_log.c
    found = [column.app_id == wanted.app_id]
    if wanted.status is not None:
        found.append(column.status == wanted.status)
    if wanted.outcome is not None:
        found.append(_CONFIRMED if wanted.outcome == "confirmed" else column.status.is_(None) | ~_CONFIRMED)
    if wanted.field is not None:
        found.append(column.field == wanted.field)
    if wanted.callback_url is not None:
        found.append(column.callback_url == wanted.callback_url)
    if wanted.since is not None:
        found.append(column.at >= wanted.since)
    if wanted.until is not None:
        found.append(column.at <= wanted.until)
    if wanted.ids is not None:
        found.append(column.id.in_(wanted.ids))
    return found


def list_attempts(
    connection: Connection,
    wanted: LogFilter,
    *,
    older_than: int | None = None,
    newer_than: int | None = None,
    limit: int,
) -> list[Attempt]:
    """Return attempts, newest first: those before one, or the next ones after one."""
    query = select(*_WITHOUT_BODIES).where(*_conditions(wanted)).limit(limit)
    if newer_than is not None:
        query = query.where(webhook_log.c.id > newer_than).order_by(webhook_log.c.id)
        return [Attempt(*row) for row in connection.execute(query)][::-1]
    if older_than is not None:
        query = query.where(webhook_log.c.id < older_than)
    return [Attempt(*row) for row in connection.execute(query.order_by(webhook_log.c.id.desc()))]


def find_attempt(connection: Connection, app_id: str, number: int) -> Attempt | None:
    """Return one attempt whole, with its event's bytes wherever they are now."""
    query = select(*_WHOLE).where(webhook_log.c.id == number, webhook_log.c.app_id == app_id)
    row = connection.execute(query).first()
    return None if row is None else _whole(connection, row)


def list_whole_attempts(connection: Connection, wanted: LogFilter, *, limit: int) -> list[Attempt]:
    """Return attempts with their events' bytes, oldest first, one for each event and endpoint."""
    newest = select(func.max(webhook_log.c.id)).group_by(webhook_log.c.subscription, webhook_log.c.sequence)
    if wanted.outcome == "failed":
        # What failed and was taken later is not meant.
        taken = case((_CONFIRMED, 1), else_=0)
        asked = _conditions(msgspec.structs.replace(wanted, outcome=None))
        newest = newest.where(*asked).having(func.max(taken) == 0)
    else:
        newest = newest.where(*_conditions(wanted))
    query = select(*_WHOLE).where(webhook_log.c.id.in_(newest)).order_by(webhook_log.c.sequence).limit(limit)
    return [_whole(connection, row) for row in connection.execute(query).all()]


def _whole(connection: Connection, row: Sequence[Any]) -> Attempt:
    attempt = Attempt(*row)
    if attempt.entry is not None:
        return attempt
    return msgspec.structs.replace(attempt, entry=_entry(connection, attempt.subscription, attempt.sequence))


def _entry(connection: Connection, subscription: int, sequence: int) -> bytes | None:
    queued = select(webhook_queue.c.entry).where(
        webhook_queue.c.subscription == subscription, webhook_queue.c.sequence == sequence
    )
    found = connection.execute(queued).scalar()
    if found is None:
        settled = select(webhook_log.c.entry).where(
            webhook_log.c.subscription == subscription,
            webhook_log.c.sequence == sequence,
            webhook_log.c.entry.is_not(None),
        )
        found = connection.execute(settled).scalar()
    return found


def count_attempts(connection: Connection) -> dict[int, int]:
    """Return how many rows each endpoint has."""
    query = select(webhook_log.c.subscription, func.count()).group_by(webhook_log.c.subscription)
    return {row[0]: row[1] for row in connection.execute(query)}


def highest_attempt(connection: Connection) -> int:
    """Return the highest number in the log, 0 if it is empty."""
    return int(connection.execute(select(func.max(webhook_log.c.id))).scalar() or 0)


def trim_attempts(connection: Connection, subscription: int, *, keep: int) -> int:
    """Remove an endpoint's rows beyond the newest `keep`, and return how many they were."""
    mine = webhook_log.c.subscription == subscription
    end = select(webhook_log.c.id).where(mine).order_by(webhook_log.c.id.desc()).offset(keep).limit(1)
    last = connection.execute(end).scalar()
    if last is None:
        return 0
    return connection.execute(delete(webhook_log).where(mine, webhook_log.c.id <= last)).rowcount


def forget_attempts(connection: Connection, *, before: float, most: int) -> int:
    """Remove rows of attempts before this time, at most `most` at once, and return how many they were."""
    oldest = select(webhook_log.c.id).order_by(webhook_log.c.id).limit(most).subquery()
    end = connection.execute(select(func.max(oldest.c.id))).scalar()
    if end is None:
        return 0
    return connection.execute(delete(webhook_log).where(webhook_log.c.id <= end, webhook_log.c.at < before)).rowcount
