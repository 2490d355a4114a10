"""Reads and writes where devices can be woken."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, insert, or_, select

from handschlag.relay.storage.schema import mailbox, push_subscriptions
from handschlag.wire.ids import AccountId
from handschlag.wire.push import MutedCompany, PushSubscription, QuietHours

_columns = push_subscriptions.c


def put_subscription(
    connection: Connection, box: int, account: AccountId, subscription: PushSubscription, *, now: float
) -> list[int]:
    """Store where a device can be woken; return other devices that were woken there: a browser begins anew with the same address."""
    others = [
        row.mailbox
        for row in connection.execute(
            select(_columns.mailbox).where(_columns.endpoint == subscription.endpoint, _columns.mailbox != box)
        )
    ]
    connection.execute(
        delete(push_subscriptions).where(or_(_columns.mailbox == box, _columns.endpoint == subscription.endpoint))
    )
    quiet = subscription.quiet_hours
    connection.execute(
        insert(push_subscriptions).values(
            mailbox=box,
            account=account,
            endpoint=subscription.endpoint,
            p256dh=subscription.p256dh,
            auth=subscription.auth,
            quiet_hours=None if quiet is None else msgspec.json.encode(quiet).decode(),
            muted=msgspec.json.encode(subscription.muted).decode(),
            created_at=now,
        )
    )
    return others


def find_subscription(connection: Connection, box: int) -> PushSubscription | None:
    """Return where a device can be woken."""
    row = connection.execute(select(push_subscriptions).where(_columns.mailbox == box)).first()
    if row is None:
        return None
    return PushSubscription(
        endpoint=row.endpoint,
        p256dh=row.p256dh,
        auth=row.auth,
        quiet_hours=None if row.quiet_hours is None else msgspec.json.decode(row.quiet_hours, type=QuietHours),
        muted=msgspec.json.decode(row.muted, type=list[MutedCompany]),
    )


def forget_subscription(connection: Connection, box: int, endpoint: str | None = None) -> None:
    """Forget where a device can be woken; with an endpoint only if it still is that one."""
    query = delete(push_subscriptions).where(_columns.mailbox == box)
    connection.execute(query if endpoint is None else query.where(_columns.endpoint == endpoint))


def list_subscribed(connection: Connection) -> dict[int, QuietHours | None]:
    """Return the mailboxes of all devices that can be woken, with their quiet hours."""
    return {
        row.mailbox: None if row.quiet_hours is None else msgspec.json.decode(row.quiet_hours, type=QuietHours)
        for row in connection.execute(select(_columns.mailbox, _columns.quiet_hours))
    }


def read_waiting(connection: Connection, box: int, limit: int) -> list[bytes]:
    """Return the newest messages that wait for a device."""
    query = select(mailbox.c.event).where(mailbox.c.mailbox == box, mailbox.c.note_to != 0)
    rows = connection.execute(query.order_by(mailbox.c.number.desc()).limit(limit))
    return [bytes(row.event) for row in rows]
