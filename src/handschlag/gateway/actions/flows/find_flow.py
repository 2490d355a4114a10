"""Finds the form a message names, and puts it into the shape in which it travels inside that message."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from handschlag.content.flows.message import INLINE_BYTES, FlowDefinition
from handschlag.content.flows.parsing import minified_flow_json
from handschlag.gateway.errors import CodedError, ValueNotValid, shown
from handschlag.gateway.storage import flows

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.flows import FlowRow

FLOW_BLOCKED = 132068


class SentFlow(NamedTuple):
    """A flow that may be sent; `definition` stands as `flow` beside the Cloud API's fields (spec/content.md section 5)."""

    id: str
    name: str
    definition: FlowDefinition
    screens: tuple[str, ...]


async def find_flow(
    running: Running,
    company: Company,
    *,
    flow_id: str | None = None,
    flow_name: str | None = None,
    mode: str = "published",
    field: str = "interactive.action.parameters",
) -> SentFlow:
    """Return the flow with this id or name; raises ApiError if there is none, or it may not be sent in this mode."""
    await running.store.flushed()
    row = await running.store.read(
        lambda connection: flows.find_flow(connection, company.id, id_=flow_id, name=flow_name)
    )
    asked = (
        f"{field}.flow_id: got {shown(flow_id)}"
        if flow_id is not None
        else f"{field}.flow_name: got {shown(flow_name)}"
    )
    if row is None:
        raise ValueNotValid(f"{asked}, expected a flow of this business account")
    _check_mode(row, mode, asked, field)
    return _sent(row, asked)


def _check_mode(row: FlowRow, mode: str, asked: str, field: str) -> None:
    if mode not in {"draft", "published"}:
        raise ValueNotValid(f"{field}.mode: got {shown(mode)}, expected 'draft' or 'published'")
    if row.status == "BLOCKED":
        raise CodedError(FLOW_BLOCKED, f"{asked}, which is blocked")
    if row.status == "DEPRECATED":
        raise ValueNotValid(f"{asked}, which is deprecated: publish a clone of it")
    if (row.status == "DRAFT") != (mode == "draft"):
        raise ValueNotValid(f"{field}.mode: got '{mode}', but the flow is {row.status.lower()}")


def _sent(row: FlowRow, asked: str) -> SentFlow:
    if row.errors != "[]" or not row.definition:
        raise ValueNotValid(f"{asked}, whose Flow JSON is {'missing' if not row.definition else 'not valid'}")
    text, screens = minified_flow_json(row.definition)
    if len(text.encode()) > INLINE_BYTES:
        raise ValueNotValid(
            f"{asked}, whose Flow JSON has {len(text.encode())} bytes, at most {INLINE_BYTES} can be sent"
        )
    definition = FlowDefinition(
        id=row.id, version=row.json_version, text=text, data_api_version=row.data_api_version or None
    )
    return SentFlow(row.id, row.name, definition, screens)
