"""Makes flows, empty, from a Flow JSON or as a copy of another."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from handschlag.content.flows.checking import check_flow_json
from handschlag.gateway.errors import NodeUnknown, RequestInvalid, shown
from handschlag.gateway.rules.graph_ids import make_graph_id
from handschlag.gateway.storage.flows import FlowRow, find_flow, insert_flow

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running


class FlowDraft(NamedTuple):
    """A flow a program wants made; `definition` is its Flow JSON, `clone` the id of a flow whose JSON is copied."""

    name: str
    categories: list[str]
    endpoint_uri: str = ""
    definition: bytes = b""
    clone: str | None = None


async def create_flow(running: Running, company: Company, draft: FlowDraft) -> FlowRow:
    """Store a draft with what is wrong with its Flow JSON; raises ApiError if the name is taken or there is nothing to copy."""
    now = running.clock.now()
    definition, endpoint = draft.definition, draft.endpoint_uri
    if draft.clone is not None:
        copied = await running.store.read(lambda connection: find_flow(connection, company.id, id_=draft.clone))
        if copied is None:
            raise NodeUnknown(f"clone_flow_id: got {shown(draft.clone)}, expected a flow of this business account")
        definition, endpoint = copied.definition, endpoint or copied.endpoint_uri
    row = with_definition(
        FlowRow(
            id=make_graph_id(secrets.token_bytes(8)),
            company=company.id,
            name=draft.name,
            categories=msgspec.json.encode(draft.categories).decode(),
            status="DRAFT",
            endpoint_uri=endpoint,
            application_id=company.row.app_id,
            json_version="",
            data_api_version="",
            definition=b"",
            errors="[]",
            asset_version=0,
            created_at=now,
            updated_at=now,
        ),
        definition,
    )
    if not await running.store.write(lambda connection: insert_flow(connection, row)):
        raise name_taken(draft.name)
    return row


def with_definition(row: FlowRow, definition: bytes) -> FlowRow:
    """Return a flow with this Flow JSON, its versions and what is wrong with it."""
    if not definition:
        return row
    check = check_flow_json(definition)
    return msgspec.structs.replace(
        row,
        definition=definition,
        json_version=_kept(check.version),
        data_api_version=_kept(check.data_api_version),
        errors=msgspec.json.encode(check.errors).decode(),
        asset_version=row.asset_version + 1,
    )


def _kept(version: str) -> str:
    """Return a version as its column takes it: a wrong one stays wrong, and U+0000 is in no text of PostgreSQL."""
    return version[:20].replace("\0", "")


def name_taken(name: str) -> RequestInvalid:
    """Return the error of a name that another flow of the account has."""
    error = RequestInvalid(f"name: got {shown(name)}, expected a name no other flow of this business account has")
    error.user_title = "Flow name is not unique"
    error.user_message = "Choose a name that no other flow of this business account has."
    return error
