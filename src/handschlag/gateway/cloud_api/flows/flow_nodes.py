"""`/{flow_id}`: a flow is read, renamed, given an endpoint, removed."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from handschlag.gateway.actions.flows.change_flow import change_metadata, errors_of, remove_flow
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.call import node_unknown
from handschlag.gateway.cloud_api.flows.flow_request import UpdateFlow, make_flow_changes
from handschlag.gateway.storage.flows import FlowRow, find_flow

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company

DEFAULT_FIELDS = ("name", "status", "categories", "validation_errors")


class FlowNode(NamedTuple):
    """A flow and whose it is."""

    company: Company
    row: FlowRow


async def find_flow_node(call: Call, id_: str) -> FlowNode | None:
    """Return the flow with this id, of any business account the caller acts for."""
    for company in call.running.companies_of_app(call.caller.app_id):
        row = await call.running.store.read(partial(find_flow, company=company.id, id_=id_))
        if row is not None:
            return FlowNode(company, row)
    return None


async def flow_of_path(call: Call) -> FlowNode:
    """Return the flow that is the path's node; raises NodeUnknown."""
    found = await find_flow_node(call, call.path.node)
    if found is None:
        raise node_unknown(call.request.method, call.path.node)
    return found


async def read_flow(call: Call, found: FlowNode) -> dict[str, Any]:
    """Return every field of a flow. There is no `preview`: a form is seen by sending it to a sandbox's customer."""
    return flow_fields(call, found.company, found.row)


def flow_fields(call: Call, company: Company, row: FlowRow) -> dict[str, Any]:
    """Return the fields of a flow that cost nothing."""
    fields: dict[str, Any] = {
        "id": row.id,
        "name": row.name,
        "status": row.status,
        "categories": msgspec.json.decode(row.categories),
        "validation_errors": errors_of(row),
        "updated_at": datetime.fromtimestamp(row.updated_at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "whatsapp_business_account": {
            "id": company.row.waba_id,
            "name": company.row.name,
            "currency": "EUR",
            "timezone_id": "1",
            "message_template_namespace": company.row.waba_id,
        },
        "application": {
            "id": row.application_id,
            "name": company.row.name,
            "link": f"{call.base_url}/{row.application_id}",
        },
        "health_status": _health(company, row),
    }
    written = {
        "json_version": row.json_version,
        "data_api_version": row.data_api_version,
        "endpoint_uri": row.endpoint_uri,
    }
    return fields | {name: value for name, value in written.items() if value}


def _health(company: Company, row: FlowRow) -> dict[str, Any]:
    """Return whether messages with this flow can be sent, and which of what they need stands in the way."""
    problems = []
    if row.status not in {"DRAFT", "PUBLISHED"}:
        problems.append((f"The flow is {row.status.lower()}.", "Publish a clone of it."))
    if not row.json_version or row.errors != "[]":
        problems.append(("The flow has no valid Flow JSON.", "Upload one without validation errors."))
    if row.data_api_version and not row.endpoint_uri:
        problems.append(("The flow has no data endpoint.", "Set endpoint_uri."))
    if row.data_api_version and not company.number.public_key:
        problems.append(("The number has no business public key.", "Set it with whatsapp_business_encryption."))
    can_send = "BLOCKED" if problems else "AVAILABLE"
    flow: dict[str, Any] = {"entity_type": "FLOW", "id": row.id, "can_send_message": can_send}
    if problems:
        flow["errors"] = [
            {"error_code": 139002, "error_description": what, "possible_solution": how} for what, how in problems
        ]
    others = [("WABA", company.row.waba_id), ("APP", row.application_id)]
    entities = [{"entity_type": kind, "id": id_, "can_send_message": "AVAILABLE"} for kind, id_ in others]
    return {"can_send_message": can_send, "entities": [flow, *entities]}


async def update_flow(call: Call, found: FlowNode) -> object:
    """Change name, categories, endpoint or application of a flow."""
    changes = make_flow_changes(call, await call.read(UpdateFlow))
    await change_metadata(call.running, found.company, found.row, changes)
    return SUCCESS


async def delete_flow(call: Call, found: FlowNode) -> object:
    """Remove a draft."""
    await remove_flow(call.running, found.row)
    return SUCCESS
