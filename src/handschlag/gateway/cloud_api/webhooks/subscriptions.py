"""`/{app_id}/subscriptions`: who is told about an app's events; an endpoint proves itself before it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from handschlag.gateway.actions.webhooks.set_subscription import (
    MOST_MERGED,
    remove_subscriptions,
    set_cursor,
    set_subscription,
)
from handschlag.gateway.actions.webhooks.verify_callback import verify_callback
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.errors import RequestInvalid, shown
from handschlag.gateway.storage.subscriptions import SubscriptionRow, list_subscriptions
from handschlag.gateway.storage.webhook_queue import CURSOR
from handschlag.gateway.webhooks.callback_address import parse_callback_url

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_VERSION = "v24.0"
_WhatsApp = Literal["whatsapp_business_account"]
_Delivery = Literal["callback", "cursor"]
# Unknown names are kept, since clients ask for all they know.
_Events = Annotated[list[Annotated[str, Meta(min_length=1, max_length=100)]], Meta(max_length=200)]


class CreateSubscription(msgspec.Struct, kw_only=True):
    """An endpoint, and which events it is told."""

    object: _WhatsApp | None = None
    callback_url: str | None = None
    verify_token: str | int = ""
    fields: _Events = []
    merge: Annotated[int, Meta(ge=1, le=MOST_MERGED)] = 1
    keep_others: bool = False
    delivery: _Delivery = "callback"


class DeleteSubscriptions(msgspec.Struct, kw_only=True):
    """Which endpoints, or which of their fields."""

    object: _WhatsApp | None = None
    callback_url: str | None = None
    fields: _Events = []
    delivery: _Delivery | None = None


async def read_subscriptions(call: Call) -> object:
    """Return the app's endpoints."""
    app_id = call.app()
    rows = await call.running.store.read(lambda connection: list_subscriptions(connection, app_id))
    return {"data": [_node(row, call.path.version or _VERSION) for row in rows if not row.target]}


def _node(row: SubscriptionRow, version: str) -> dict[str, Any]:
    where = {"delivery": CURSOR} if row.is_read else {"callback_url": row.callback_url}
    fields = [{"name": name, "version": version} for name in row.fields]
    return {"object": row.object, **where, "active": True, "fields": fields}


async def create_subscription(call: Call) -> object:
    """Ask the endpoint for the challenge while the request waits, then save it in place of the one before.

    `merge` (events per POST under backlog), `keep_others` (several endpoints) and `delivery=cursor` are this gateway's own.
    """
    app_id = call.app()
    asked = await call.read(CreateSubscription)
    running, fields = call.running, asked.fields
    if asked.delivery == CURSOR:
        if asked.callback_url:
            raise RequestInvalid("callback_url: got a URL, expected none with delivery 'cursor': nobody is called")
        await set_cursor(running.configuration, app_id, fields or None)
    else:
        url = str(parse_callback_url(asked.callback_url, private=running.settings.private_callbacks))
        verify_token = str(asked.verify_token)
        await verify_callback(running, url, verify_token)
        await set_subscription(
            running.configuration,
            app_id,
            url,
            verify_token=verify_token,
            fields=fields or None,
            merge=asked.merge,
            in_place_of_others=not asked.keep_others,
        )
    await running.refresh()
    return SUCCESS


async def delete_subscriptions(call: Call) -> object:
    """Remove the app's endpoints, or some of their fields; `callback_url` and `delivery` (our own) say which."""
    app_id = call.app()
    asked = await call.read(DeleteSubscriptions)
    url = asked.callback_url
    meant = await remove_subscriptions(
        call.running.configuration,
        app_id,
        callback_url=url or None,
        fields=asked.fields,
        delivery=asked.delivery,
    )
    if url and not meant:
        raise RequestInvalid(f"callback_url: got {shown(url)}, expected one that GET names")
    await call.running.refresh()
    return SUCCESS
