"""The caller's own devices: what there is, one more, one less."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.actions.accounts.change_devices import (
    add_device,
    list_devices,
    look_up_devices,
    remove_own_device,
)
from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT, authenticated, limit_strangers, read_body
from handschlag.relay.live.socket import SOCKETS
from handschlag.relay.storage.claimable_keys import KEY_TYPE
from handschlag.wire.http import AddDevice, RemoveDevice, UploadKeysAnswer
from handschlag.wire.ids import parse_account_id, parse_device_id


async def post_device(request: web.Request) -> web.Response:
    """POST /v1/devices."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.accounts)
    stock = await add_device(context, await read_body(request, AddDevice))
    return answer(UploadKeysAnswer(one_time_key_counts={KEY_TYPE: stock.one_time_keys}), status=201)


async def get_listed_devices(request: web.Request) -> web.Response:
    """GET /v1/accounts/{account}/devices."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.logins)
    return answer(await look_up_devices(context, parse_account_id(request.match_info["account"], "account")))


async def get_devices(request: web.Request) -> web.Response:
    """GET /v1/devices."""
    return answer(await list_devices(request.app[CONTEXT], await authenticated(request)))


async def delete_device(request: web.Request) -> web.Response:
    """DELETE /v1/devices/{device}; its socket is closed."""
    sender = await authenticated(request)
    device = parse_device_id(request.match_info["device"], "device")
    listed = (await read_body(request, RemoveDevice)).device_list
    request.app[SOCKETS].sign_out(await remove_own_device(request.app[CONTEXT], sender, device, listed))
    return answer({})
