"""`/{waba_id}/flows`: flows are made and listed; `migrate_flows` is not offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.actions.flows.change_flow import errors_of
from handschlag.gateway.actions.flows.create_flow import create_flow
from handschlag.gateway.actions.flows.publish_flow import publish_flow
from handschlag.gateway.cloud_api.fields import page, parse_fields, select_fields
from handschlag.gateway.cloud_api.flows.flow_nodes import DEFAULT_FIELDS, flow_fields
from handschlag.gateway.cloud_api.flows.flow_request import CreateFlow, make_flow_draft
from handschlag.gateway.cloud_api.shapes import FieldsPage
from handschlag.gateway.errors import RequestInvalid
from handschlag.gateway.storage.flows import list_flows

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call


async def post_flow(call: Call) -> object:
    """Make a draft, and publish it at once if asked and nothing is wrong with it."""
    company = call.business_account()
    asked = await call.read(CreateFlow)
    draft = make_flow_draft(call, asked)
    row = await create_flow(call.running, company, draft)
    errors = errors_of(row)
    answer: dict[str, Any] = {"id": row.id, "success": not errors, "validation_errors": errors}
    if asked.publish and row.definition and not errors:
        await publish_flow(call.running, company, row)
    return answer


async def get_flows(call: Call) -> object:
    """Return a page of flows, the newest first."""
    company = call.business_account()
    parameters = await call.parameters()
    rows = await call.running.store.read(lambda connection: list_flows(connection, company.id))
    asked = parse_fields((await call.read(FieldsPage)).fields)
    nodes = [select_fields(flow_fields(call, company, row), asked, DEFAULT_FIELDS) for row in rows]
    return page(nodes, parameters, call.own_url())


async def migrate_flows(call: Call) -> object:
    """Say that flows are not moved between accounts here."""
    call.business_account()
    raise RequestInvalid(
        "migrate_flows: not offered, since a gateway speaks for accounts of different companies; "
        "read the Flow JSON from /{flow_id}/assets and make the flow anew"
    )
