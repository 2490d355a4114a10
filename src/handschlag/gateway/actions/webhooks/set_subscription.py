"""Sets who is told about an app's events."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from handschlag.gateway.actions.webhooks.replay_deliveries import take_replays
from handschlag.gateway.configuration import Configuration
from handschlag.gateway.storage.subscriptions import (
    SubscriptionRow,
    change_fields,
    delete_subscriptions,
    list_subscriptions,
    store_subscription,
)
from handschlag.gateway.storage.webhook_queue import CALLBACK, CURSOR
from handschlag.gateway.storage.webhook_replays import store_replays_of_waiting
from handschlag.gateway.webhooks.fields import ALL_FIELDS

if TYPE_CHECKING:
    from handschlag.gateway.running import Running

WHATSAPP_OBJECT = "whatsapp_business_account"
MOST_MERGED = 50


async def set_subscription(
    configuration: Configuration,
    app_id: str,
    callback_url: str,
    *,
    verify_token: str | None = None,
    fields: Sequence[str] | None = None,
    merge: int = 1,
    in_place_of_others: bool = False,
) -> int:
    """Store an endpoint of an app without asking it for the challenge, and return its row number.

    `merge` is how many events one POST may hold under backlog; most client libraries read only the first.
    """
    if not 1 <= merge <= MOST_MERGED:
        message = f"merge: got {merge}, expected 1 to {MOST_MERGED}"
        raise ValueError(message)
    row = _row(configuration, app_id, callback_url, verify_token, fields=fields, merge=merge)
    return await configuration.database.write(
        lambda connection: store_subscription(connection, row, in_place_of_others=in_place_of_others)
    )


async def set_override(
    configuration: Configuration, app_id: str, target: str, callback_url: str, verify_token: str
) -> None:
    """Let a business account's or number's events go to this endpoint instead of to the app's."""
    row = _row(configuration, app_id, callback_url, verify_token, target=target)
    await configuration.database.write(lambda connection: store_subscription(connection, row))


async def remove_override(running: Running, app_id: str, target: str) -> None:
    """Let a business account's or number's events go to the app's endpoints again, with those that still waited."""

    def remove(connection: Connection) -> list[int]:
        gone = [row.id for row in list_subscriptions(connection, app_id) if row.target == target]
        delete_subscriptions(connection, gone, leave_waiting=True)
        return gone

    gone = await running.store.write(remove)
    # Once nothing is told there any more, what waits is all there is.
    await running.refresh()
    if gone:
        await running.store.write(lambda connection: store_replays_of_waiting(connection, app_id, gone))
        await take_replays(running)


async def set_cursor(configuration: Configuration, app_id: str, fields: Sequence[str] | None = None) -> None:
    """Keep an app's events from now on, to be read by cursor."""
    row = _row(configuration, app_id, "", None, fields=fields, delivery=CURSOR)
    await configuration.database.write(lambda connection: store_subscription(connection, row))


async def remove_subscriptions(
    configuration: Configuration,
    app_id: str,
    *,
    callback_url: str | None = None,
    fields: Sequence[str] = (),
    delivery: str | None = None,
) -> int:
    """Remove an app's own endpoints, or only these fields of them, and return how many were meant.

    `callback_url` and `delivery` say which; without them it is all. An endpoint without fields is removed.
    """

    def remove(connection: Connection) -> int:
        meant = [
            row
            for row in list_subscriptions(connection, app_id)
            if not row.target
            and (callback_url is None or row.callback_url == callback_url)
            and (delivery is None or row.delivery == delivery)
        ]
        gone = []
        for row in meant:
            left = [name for name in row.fields if name not in fields] if fields else []
            if left:
                change_fields(connection, row.id, left)
            else:
                gone.append(row.id)
        delete_subscriptions(connection, gone)
        return len(meant)

    return await configuration.database.write(remove)


def _row(
    configuration: Configuration,
    app_id: str,
    callback_url: str,
    verify_token: str | None,
    *,
    fields: Sequence[str] | None = None,
    merge: int = 1,
    target: str = "",
    delivery: str = CALLBACK,
) -> SubscriptionRow:
    return SubscriptionRow(
        id=0,
        app_id=app_id,
        object=WHATSAPP_OBJECT,
        callback_url=callback_url,
        verify_token=verify_token or secrets.token_urlsafe(16),
        fields=list(dict.fromkeys(fields or ALL_FIELDS)),
        merge=merge,
        created_at=configuration.clock.now(),
        target=target,
        delivery=delivery,
    )
