"""`/{app_id}/subscriptions`: who is told about an app's events; an endpoint proves itself before it is saved."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import aiohttp
import msgspec

from handschlag.gateway.actions.webhooks.set_subscription import (
    ALL_FIELDS,
    MOST_MERGED,
    WHATSAPP_OBJECT,
    set_subscription,
)
from handschlag.gateway.cloud_api.messages.post_message import SUCCESS
from handschlag.gateway.errors import CallbackNotVerified, RequestInvalid, shown
from handschlag.gateway.storage.subscriptions import delete_subscriptions, list_subscriptions
from handschlag.gateway.webhooks.callback_address import parse_callback_url

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_VERIFIED = 200


async def read_subscriptions(call: Call) -> object:
    """Return the app's endpoints."""
    app_id = call.app()
    rows = await call.running.store.read(lambda connection: list_subscriptions(connection, app_id))
    return {
        "data": [
            {
                "object": row.object,
                "callback_url": row.callback_url,
                "active": True,
                "fields": [{"name": name, "version": call.path.version or "v24.0"} for name in row.fields],
            }
            for row in rows
        ]
    }


async def create_subscription(call: Call) -> object:
    """Ask the endpoint for the challenge while the request waits, then save it in place of the one before.

    `merge` (1 to 50) and `keep_others` are this gateway's own: events per POST under backlog, and several endpoints per app.
    """
    app_id = call.app()
    parameters = await call.parameters()
    url = str(parse_callback_url(parameters.get("callback_url"), private=call.running.settings.private_callbacks))
    verify_token = str(parameters.get("verify_token") or "")
    fields = _fields(parameters.get("fields"))
    merge = _merge(parameters.get("merge"))
    if parameters.get("object", WHATSAPP_OBJECT) != WHATSAPP_OBJECT:
        raise RequestInvalid(f"object: got {shown(parameters.get('object'))}, expected '{WHATSAPP_OBJECT}'")
    await _verify(call, url, verify_token)
    running = call.running
    kept = await set_subscription(
        running.configuration, app_id, url, verify_token=verify_token, fields=fields, merge=merge
    )
    if str(parameters.get("keep_others", "")).lower() not in {"1", "true"}:
        await running.store.write(lambda connection: delete_subscriptions(connection, app_id, keep=kept))
    await running.refresh()
    return SUCCESS


async def remove_subscriptions(call: Call) -> object:
    """Remove the app's endpoints, or some of their fields, and what still waited for those removed."""
    app_id = call.app()
    await call.parameters()
    await call.running.store.write(lambda connection: delete_subscriptions(connection, app_id))
    await call.running.refresh()
    return SUCCESS


async def _verify(call: Call, url: str, verify_token: str) -> None:
    challenge = str(1_000_000_000 + secrets.randbelow(9_000_000_000))
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    try:
        status, body = await call.running.poster.get_challenge(url, query)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _not_verified(f"the callback was not reached ({type(error).__name__})") from None
    if status != _VERIFIED or body.strip() != challenge.encode():
        raise _not_verified(f"the callback answered {status} with {len(body)} bytes, expected 200 with the challenge")


def _not_verified(what: str) -> CallbackNotVerified:
    return CallbackNotVerified(
        f"callback_url: {what}", title=f"(#2200) Callback verification failed with the following errors: {what}"
    )


def _fields(value: Any) -> list[str]:
    """Return the fields of a comma list or a JSON array; unknown ones are kept, since clients ask for all they know."""
    if value is None or value == "":
        return list(ALL_FIELDS)
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    try:
        return msgspec.convert(value, list[str])
    except msgspec.ValidationError:
        raise RequestInvalid(f"fields: got {shown(value)}, expected a list of field names") from None


def _merge(value: Any) -> int:
    if value is None or value == "":
        return 1
    try:
        merge = int(str(value))
    except ValueError:
        merge = 0
    if not 1 <= merge <= MOST_MERGED:
        raise RequestInvalid(f"merge: got {shown(value)}, expected 1 to {MOST_MERGED}")
    return merge
