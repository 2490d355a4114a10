"""Brings flows into use and out of it; the webhooks are told of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.content.flows.message import INLINE_BYTES
from handschlag.content.flows.parsing import minified_flow_json
from handschlag.gateway.actions.flows.change_flow import flow_refused
from handschlag.gateway.storage.flows import FlowRow, change_flow
from handschlag.gateway.webhooks.events import publish_event

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

FLOWS_FIELD = "flows"
NOT_PUBLISHED = 139002
NOT_DEPRECATED = 139003


async def publish_flow(running: Running, company: Company, row: FlowRow) -> None:
    """Publish a draft whose Flow JSON is valid and whose data endpoint, if it has one, answers a ping."""
    if row.status != "DRAFT":
        raise flow_refused(
            NOT_PUBLISHED,
            f"flow: it is {row.status.lower()}, expected a draft",
            "Publishing Flow in invalid state",
        )
    if not row.definition or row.errors != "[]":
        what = "no Flow JSON" if not row.definition else "validation errors, see validation_errors of the flow"
        raise flow_refused(NOT_PUBLISHED, f"flow: it has {what}", "Publishing Flow with validation errors")
    size = len(minified_flow_json(row.definition)[0].encode())
    if size > INLINE_BYTES:
        raise flow_refused(
            NOT_PUBLISHED,
            f"flow: its Flow JSON has {size} bytes without blanks, at most {INLINE_BYTES} travel in a message",
            "Flow JSON is too large",
        )
    if row.data_api_version:
        await _check_endpoint(running, company, row)
    await _change_status(running, company, row, "PUBLISHED")


async def deprecate_flow(running: Running, company: Company, row: FlowRow) -> None:
    """Take a published flow out of use."""
    if row.status != "PUBLISHED":
        title = "Flow is already deprecated" if row.status == "DEPRECATED" else "Can't deprecate unpublished flow"
        raise flow_refused(NOT_DEPRECATED, f"flow: it is {row.status.lower()}, expected a published one", title)
    await _change_status(running, company, row, "DEPRECATED")


async def _check_endpoint(running: Running, company: Company, row: FlowRow) -> None:
    if not row.endpoint_uri:
        raise flow_refused(
            NOT_PUBLISHED,
            "endpoint_uri: got nothing, expected the data endpoint this Flow JSON asks",
            "Publishing without specifying endpoint_uri is forbidden",
        )
    if not company.number.public_key:
        raise flow_refused(
            NOT_PUBLISHED,
            "business_public_key: got nothing, expected a key set with /{phone_number_id}/whatsapp_business_encryption",
            "Missing Flows Signed Public Key",
        )
    ping = {"version": row.data_api_version, "action": "ping"}
    answer = await running.flow_endpoints.ask(company, row.endpoint_uri, ping)
    data = answer.value.get("data") if answer.value is not None else None
    if not isinstance(data, dict) or data.get("status") != "active":
        what = f"was {answer.problem}" if answer.problem else "did not answer {'data': {'status': 'active'}}"
        raise flow_refused(NOT_PUBLISHED, f"endpoint_uri: the ping {what}", "Endpoint Not Available")


async def _change_status(running: Running, company: Company, row: FlowRow, status: str) -> None:
    now = running.clock.now()
    changed = await running.store.write(
        lambda connection: change_flow(connection, row, only_if=row.status, status=status, updated_at=now)
    )
    if not changed:
        raise flow_refused(
            NOT_PUBLISHED, f"flow: it was {row.status.lower()} a moment ago", "Flow was changed meanwhile"
        )
    value = {
        "event": "FLOW_STATUS_CHANGE",
        "message": f"Flow {row.name} changed status from {row.status} to {status}",
        "flow_id": row.id,
        "old_status": row.status,
        "new_status": status,
    }
    publish_event(running, company, FLOWS_FIELD, value, conversation=row.id, at=now)
    await running.store.flushed()
