"""`/me` and what hangs on it: who a token belongs to, which many programs ask first to see whether it works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.cloud_api.fields import page, parse_field_tree, shape_node
from handschlag.gateway.cloud_api.numbers import apps
from handschlag.gateway.cloud_api.shapes import Fields, Page

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call


async def read_me(call: Call) -> object:
    """Return the user behind the token: the app itself."""
    asked = parse_field_tree((await call.read(Fields)).fields)
    app = await apps.read_app(call, call.caller.app_id)
    return await shape_node(call, call.caller.app_id, app, asked, ("name",), {})


async def list_businesses(call: Call) -> object:
    """Return the business of the token: it has the id of the app."""
    await call.read(Page)
    app = await apps.read_app(call, call.caller.app_id)
    return page([{"id": app["id"], "name": app["name"]}], await call.parameters(), call.own_url())


async def list_permissions(call: Call) -> object:
    """Return what the token may do."""
    return {"data": [{"permission": scope, "status": "granted"} for scope in call.caller.scopes]}
