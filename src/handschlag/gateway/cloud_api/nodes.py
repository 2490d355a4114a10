"""`/{id}`: one table of everything that has an id, so that reading, changing and removing go to the right room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from handschlag.gateway.cloud_api.call import node_unknown
from handschlag.gateway.cloud_api.fields import parse_field_tree, shape_node
from handschlag.gateway.cloud_api.flows import flow_nodes, flow_request
from handschlag.gateway.cloud_api.media import media_nodes
from handschlag.gateway.cloud_api.node_kind import NodeKind
from handschlag.gateway.cloud_api.numbers import accounts, apps, phone_numbers
from handschlag.gateway.cloud_api.numbers.health import template_health
from handschlag.gateway.cloud_api.shapes import Fields
from handschlag.gateway.cloud_api.templates import template_nodes
from handschlag.gateway.errors import MethodNotOffered, NodeUnknown

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.cloud_api.fields import Field


class ReadNodes(Fields, kw_only=True):
    """Which objects, and which of their fields."""

    ids: Annotated[list[str | int], Meta(max_length=50)] | None = None


class ReadNode(Fields, kw_only=True):
    """Which fields; for a file, whose it has to be."""

    phone_number_id: str | int | None = None


class DeleteNode(msgspec.Struct):
    """For a file, whose it has to be."""

    phone_number_id: str | int | None = None


# In the order in which an id is looked for: what is in memory first.
KINDS: tuple[NodeKind, ...] = (
    NodeKind(
        "phone number",
        find=phone_numbers.find_phone_number,
        read=phone_numbers.read_phone_number,
        default_fields=phone_numbers.DEFAULT_FIELDS,
        expansions=phone_numbers.EXPANSIONS,
        update=phone_numbers.update_phone_number,
    ),
    NodeKind(
        "business account",
        find=accounts.find_account,
        read=accounts.read_account,
        default_fields=accounts.DEFAULT_FIELDS,
        expansions=accounts.EXPANSIONS,
        update=accounts.update_account,
    ),
    NodeKind("app", find=apps.find_app, read=apps.read_app, default_fields=("name",)),
    NodeKind(
        "template",
        find=template_nodes.find_template_node,
        read=template_nodes.read_template_node,
        default_fields=template_nodes.DEFAULT_FIELDS,
        update=template_nodes.update_template_node,
        delete=template_nodes.delete_template_node,
        expansions={"health_status": template_health},
    ),
    NodeKind(
        "file",
        find=media_nodes.find_media_node,
        read=media_nodes.read_media_node,
        delete=media_nodes.delete_media_node,
    ),
    NodeKind(
        "flow",
        find=flow_nodes.find_flow_node,
        read=flow_nodes.read_flow,
        default_fields=flow_nodes.DEFAULT_FIELDS,
        update=flow_nodes.update_flow,
        delete=flow_nodes.delete_flow,
    ),
)


# What `POST /{id}` takes depends on what the id is of.
UPDATES = (
    phone_numbers.UpdateNumber,
    accounts.UpdateAccount,
    template_nodes.UpdateTemplate,
    flow_request.UpdateFlow,
)


async def read_root(call: Call) -> object:
    """Answer `/?ids=1,2` with those nodes; `/` alone is how some programs try a token.

    A valid one gets an error of another type than an invalid one.
    """
    given = await call.read(ReadNodes)
    if call.request.method == "POST" or not given.ids:
        raise NodeUnknown(
            "path: got '/', expected a node's id",
            title=f"Unsupported {call.request.method.lower()} request. Please read the documentation",
        )
    asked = parse_field_tree(given.fields)
    return {id_: await _read(call, id_, asked) for id_ in map(str, given.ids)}


async def read_node(call: Call) -> object:
    """Return the fields asked for of whatever has this id."""
    return await _read(call, call.path.node, parse_field_tree((await call.read(ReadNode)).fields))


async def read_item(call: Call) -> object:
    """Return a node that is named behind an edge, as some clients ask for a template behind its account."""
    return await _read(call, call.path.item, parse_field_tree((await call.read(Fields)).fields))


async def update_node(call: Call) -> object:
    """Change whatever has this id."""
    kind, found = await _find(call, call.path.node)
    if kind.update is None:
        raise _not_offered(call, kind)
    return await kind.update(call, found)


async def delete_node(call: Call) -> object:
    """Remove whatever has this id."""
    await call.read(DeleteNode)
    kind, found = await _find(call, call.path.node)
    if kind.delete is None:
        raise _not_offered(call, kind)
    return await kind.delete(call, found)


async def _find(call: Call, id_: str) -> tuple[NodeKind, Any]:
    for kind in KINDS:
        found = await kind.find(call, id_)
        if found is not None:
            return kind, found
    raise node_unknown(call.request.method, id_)


async def _read(call: Call, id_: str, asked: list[Field]) -> dict[str, Any]:
    kind, found = await _find(call, id_)
    return await shape_node(call, found, await kind.read(call, found), asked, kind.default_fields, kind.expansions)


def _not_offered(call: Call, kind: NodeKind) -> MethodNotOffered:
    return MethodNotOffered(
        f"method: got {call.request.method}, which a {kind.name} does not take",
        title=f"Unsupported {call.request.method.lower()} request.",
    )
