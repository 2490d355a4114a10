"""Changes a flow: its name, categories and data endpoint, or its Flow JSON while it is a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.actions.flows.create_flow import name_taken, with_definition
from handschlag.gateway.errors import CodedError
from handschlag.gateway.storage.flows import FlowRow, change_flow, delete_flow, find_flow

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

NOT_UPDATED = 139001
NOT_DELETED = 139004
_FINAL = frozenset({"DEPRECATED", "BLOCKED"})


async def change_metadata(running: Running, company: Company, row: FlowRow, values: dict[str, Any]) -> None:
    """Change columns beside the Flow JSON; raises ApiError if the flow is out of use or the name is taken."""
    if row.status in _FINAL:
        raise flow_refused(NOT_UPDATED, f"flow: it is {row.status.lower()}", "Flow can't be updated")
    name = values.get("name", row.name)
    if name != row.name:
        same = await running.store.read(lambda connection: find_flow(connection, company.id, name=name))
        if same is not None:
            raise name_taken(name)
    values = {**values, "updated_at": running.clock.now()}
    await running.store.write(lambda connection: change_flow(connection, row, only_if=row.status, **values))


async def change_definition(running: Running, row: FlowRow, definition: bytes) -> FlowRow:
    """Give a draft another Flow JSON and return it with what is wrong; a published one stays as it was sent."""
    new = with_definition(row, definition)
    names = ("definition", "json_version", "data_api_version", "errors", "asset_version")
    values = {name: getattr(new, name) for name in names} | {"updated_at": running.clock.now()}
    changed = row.status == "DRAFT" and await running.store.write(
        lambda connection: change_flow(connection, row, only_if="DRAFT", **values)
    )
    if not changed:
        raise flow_refused(
            NOT_UPDATED,
            f"flow: it is {row.status.lower()}, expected a draft; clone it and change the clone",
            "Flow can't be updated",
        )
    return new


async def remove_flow(running: Running, row: FlowRow) -> None:
    """Remove a draft."""
    removed = row.status == "DRAFT" and await running.store.write(
        lambda connection: delete_flow(connection, row, only_if="DRAFT")
    )
    if not removed:
        raise flow_refused(
            NOT_DELETED,
            f"flow: it is {row.status.lower()}, expected a draft; deprecate it",
            "Can't delete published Flow",
        )


def flow_refused(code: int, details: str, title: str) -> CodedError:
    """Return the error of a flow that is not in the state for this, with the words people are shown."""
    error = CodedError(code, details)
    error.user_title = title
    error.user_message = details
    return error


def errors_of(row: FlowRow) -> list[dict[str, Any]]:
    """Return what is wrong with a flow's JSON, as the Cloud API lists it."""
    return msgspec.json.decode(row.errors, type=list[dict[str, Any]])
