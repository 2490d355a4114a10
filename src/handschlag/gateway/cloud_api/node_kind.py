"""What `/{id}` needs to know of one kind of object: how it is found, read, changed and removed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.cloud_api.fields import Field


class NodeKind(NamedTuple):
    """One kind of node; `found` below is whatever `find` returned for an id.

    `read` returns all plain fields; `default_fields` are those of a request that asks for none (empty: all). A field that costs something
    or takes modifiers is made by its function in `expansions`, and only when it is asked for by name.
    """

    name: str
    find: Callable[[Call, str], Awaitable[Any | None]]
    read: Callable[[Call, Any], Awaitable[dict[str, Any]]]
    default_fields: tuple[str, ...] = ()
    expansions: Mapping[str, Callable[[Call, Any, Field], Awaitable[object]]] = {}
    update: Callable[[Call, Any], Awaitable[object]] | None = None
    delete: Callable[[Call, Any], Awaitable[object]] | None = None
