"""`/{app_id}/subscriptions`: who is told about an app's events; an endpoint proves itself before it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.actions.webhooks.set_subscription import (
    MOST_MERGED,
    WHATSAPP_OBJECT,
    remove_subscriptions,
    set_cursor,
    set_subscription,
)
from handschlag.gateway.actions.webhooks.verify_callback import verify_callback
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.webhooks.paging import parse_integer, parse_names
from handschlag.gateway.errors import RequestInvalid, shown
from handschlag.gateway.storage.subscriptions import SubscriptionRow, list_subscriptions
from handschlag.gateway.storage.webhook_queue import CALLBACK, CURSOR
from handschlag.gateway.webhooks.callback_address import parse_callback_url

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_VERSION = "v24.0"
_LONGEST_NAME = 100
_MOST_FIELDS = 200


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
    parameters = await call.parameters()
    _check_object(parameters)
    fields = _fields(parameters)
    running = call.running
    if _delivery(parameters) == CURSOR:
        if parameters.get("callback_url"):
            raise RequestInvalid("callback_url: got a URL, expected none with delivery 'cursor': nobody is called")
        await set_cursor(running.configuration, app_id, fields or None)
    else:
        url = str(parse_callback_url(parameters.get("callback_url"), private=running.settings.private_callbacks))
        verify_token = str(parameters.get("verify_token") or "")
        merge = parse_integer(parameters.get("merge"), "merge", least=1, most=MOST_MERGED) or 1
        keep_others = str(parameters.get("keep_others", "")).lower() in {"1", "true"}
        await verify_callback(running, url, verify_token)
        await set_subscription(
            running.configuration,
            app_id,
            url,
            verify_token=verify_token,
            fields=fields or None,
            merge=merge,
            in_place_of_others=not keep_others,
        )
    await running.refresh()
    return SUCCESS


async def delete_subscriptions(call: Call) -> object:
    """Remove the app's endpoints, or some of their fields; `callback_url` and `delivery` (our own) say which."""
    app_id = call.app()
    parameters = await call.parameters()
    _check_object(parameters)
    url = parameters.get("callback_url")
    meant = await remove_subscriptions(
        call.running.configuration,
        app_id,
        callback_url=str(url) if url else None,
        fields=_fields(parameters),
        delivery=_delivery(parameters),
    )
    if url and not meant:
        raise RequestInvalid(f"callback_url: got {shown(url)}, expected one that GET names")
    await call.running.refresh()
    return SUCCESS


def _check_object(parameters: dict[str, Any]) -> None:
    if parameters.get("object", WHATSAPP_OBJECT) != WHATSAPP_OBJECT:
        raise RequestInvalid(f"object: got {shown(parameters.get('object'))}, expected '{WHATSAPP_OBJECT}'")


def _delivery(parameters: dict[str, Any]) -> str | None:
    delivery = parameters.get("delivery")
    if delivery in {None, "", CALLBACK, CURSOR}:
        return delivery or None
    raise RequestInvalid(f"delivery: got {shown(delivery)}, expected '{CALLBACK}' or '{CURSOR}'")


def _fields(parameters: dict[str, Any]) -> list[str]:
    """Return the field names; unknown ones are kept, since clients ask for all they know."""
    names = parse_names(parameters.get("fields"), "fields")
    if len(names) > _MOST_FIELDS:
        raise RequestInvalid(f"fields: got {len(names)} names, at most {_MOST_FIELDS}")
    for name in names:
        if not 0 < len(name) <= _LONGEST_NAME:
            raise RequestInvalid(f"fields: got a name of {len(name)} characters, expected 1 to {_LONGEST_NAME}")
    return names
