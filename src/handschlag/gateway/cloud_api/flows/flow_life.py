"""`/{flow_id}/publish` and `/{flow_id}/deprecate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.actions.flows import publish_flow
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.flows.flow_nodes import flow_of_path

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call


async def post_publish(call: Call) -> object:
    """Publish a draft."""
    found = await flow_of_path(call)
    await publish_flow.publish_flow(call.running, found.company, found.row)
    return SUCCESS


async def post_deprecate(call: Call) -> object:
    """Take a published flow out of use."""
    found = await flow_of_path(call)
    await publish_flow.deprecate_flow(call.running, found.company, found.row)
    return SUCCESS
