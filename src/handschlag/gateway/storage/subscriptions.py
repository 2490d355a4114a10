"""Reads and writes subscriptions: which endpoint is told which fields."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from handschlag.gateway.storage.schema import subscriptions, webhook_queue


class SubscriptionRow(msgspec.Struct, frozen=True):
    """One endpoint of an app; `fields` names the events it wants, `merge` how many events one POST may hold under backlog."""

    id: int
    app_id: str
    object: str
    callback_url: str
    verify_token: str
    fields: list[str]
    merge: int
    created_at: float


def _row(mapping: dict[str, object]) -> SubscriptionRow:
    return SubscriptionRow(**{**mapping, "fields": msgspec.json.decode(str(mapping["fields"]), type=list[str])})  # type: ignore[arg-type]


def list_subscriptions(connection: Connection, app_id: str | None = None) -> list[SubscriptionRow]:
    """Return the subscriptions of one app, or of all."""
    query = select(subscriptions).order_by(subscriptions.c.id)
    if app_id is not None:
        query = query.where(subscriptions.c.app_id == app_id)
    return [_row(dict(row._mapping)) for row in connection.execute(query)]


def store_subscription(connection: Connection, subscription: SubscriptionRow) -> int:
    """Store an endpoint and return its row number; the same URL of the same app is changed, not added."""
    values = msgspec.structs.asdict(subscription)
    values["fields"] = msgspec.json.encode(subscription.fields).decode()
    del values["id"]
    same = (subscriptions.c.app_id == subscription.app_id) & (subscriptions.c.callback_url == subscription.callback_url)
    found = connection.execute(select(subscriptions.c.id).where(same)).scalar()
    if found is not None:
        del values["created_at"]
        connection.execute(update(subscriptions).where(subscriptions.c.id == found).values(values))
        return int(found)
    key = connection.execute(insert(subscriptions).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def delete_subscriptions(connection: Connection, app_id: str, keep: int | None = None) -> list[int]:
    """Remove an app's endpoints except one, with what waits for them, and return their row numbers."""
    query = select(subscriptions.c.id).where(subscriptions.c.app_id == app_id, subscriptions.c.id != (keep or 0))
    gone = [int(row[0]) for row in connection.execute(query)]
    connection.execute(delete(subscriptions).where(subscriptions.c.id.in_(gone)))
    connection.execute(delete(webhook_queue).where(webhook_queue.c.subscription.in_(gone)))
    return gone


def delete_subscription_at(connection: Connection, app_id: str, callback_url: str) -> None:
    """Remove an app's endpoint by its address, with what waits for it."""
    same = (subscriptions.c.app_id == app_id) & (subscriptions.c.callback_url == callback_url)
    gone = list(connection.execute(select(subscriptions.c.id).where(same)).scalars())
    connection.execute(delete(webhook_queue).where(webhook_queue.c.subscription.in_(gone)))
    connection.execute(delete(subscriptions).where(subscriptions.c.id.in_(gone)))
