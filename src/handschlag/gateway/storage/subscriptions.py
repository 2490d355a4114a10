"""Reads and writes subscriptions: which endpoint is told which fields."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from handschlag.gateway.storage.schema import subscriptions, webhook_queue
from handschlag.gateway.storage.webhook_queue import CALLBACK, CURSOR


class SubscriptionRow(msgspec.Struct, frozen=True):
    """One endpoint of an app; `fields` names the events it wants, `merge` how many events one POST may hold under backlog.

    `target` is empty, or the id of the business account or number whose events go here instead of to the app's endpoints.
    """

    id: int
    app_id: str
    object: str
    callback_url: str
    verify_token: str
    fields: list[str]
    merge: int
    created_at: float
    target: str = ""
    delivery: str = CALLBACK

    @property
    def is_read(self) -> bool:
        """Whether nobody is called, and the events wait to be read."""
        return self.delivery == CURSOR

    def __repr__(self) -> str:
        return f"SubscriptionRow({self.id}, {self.app_id})"


def _row(mapping: dict[str, object]) -> SubscriptionRow:
    return SubscriptionRow(**{**mapping, "fields": msgspec.json.decode(str(mapping["fields"]), type=list[str])})  # type: ignore[arg-type]


def list_subscriptions(connection: Connection, app_id: str | None = None) -> list[SubscriptionRow]:
    """Return the subscriptions of one app, or of all."""
    query = select(subscriptions).order_by(subscriptions.c.id)
    if app_id is not None:
        query = query.where(subscriptions.c.app_id == app_id)
    return [_row(dict(row._mapping)) for row in connection.execute(query)]


def store_subscription(connection: Connection, row: SubscriptionRow, *, in_place_of_others: bool = False) -> int:
    """Store an endpoint and return its row number; what it takes the place of is changed, so that what waits goes on to it.

    The same address is always changed. A target, and reading by cursor, have one row. `in_place_of_others` leaves this one alone.
    """
    same_kind = [
        known
        for known in list_subscriptions(connection, row.app_id)
        if known.target == row.target and known.delivery == row.delivery
    ]
    single = in_place_of_others or bool(row.target) or row.is_read
    found = next((known for known in same_kind if known.callback_url == row.callback_url), None)
    if found is None and single and same_kind:
        found = same_kind[0]
    values = msgspec.structs.asdict(row)
    values["fields"] = msgspec.json.encode(row.fields).decode()
    del values["id"]
    if found is None:
        key = connection.execute(insert(subscriptions).values(values)).inserted_primary_key
        assert key is not None
        return int(key[0])
    del values["created_at"]
    connection.execute(update(subscriptions).where(subscriptions.c.id == found.id).values(values))
    if single:
        delete_subscriptions(connection, [known.id for known in same_kind if known.id != found.id])
    return found.id


def change_fields(connection: Connection, number: int, fields: Sequence[str]) -> None:
    """Let an endpoint hear of these fields only."""
    text = msgspec.json.encode(list(fields)).decode()
    connection.execute(update(subscriptions).where(subscriptions.c.id == number).values(fields=text))


def delete_subscriptions(connection: Connection, numbers: Sequence[int], *, leave_waiting: bool = False) -> None:
    """Remove endpoints with what waits for them; `leave_waiting` leaves that for others to be told."""
    if not leave_waiting:
        connection.execute(delete(webhook_queue).where(webhook_queue.c.subscription.in_(numbers)))
    connection.execute(delete(subscriptions).where(subscriptions.c.id.in_(numbers)))
