"""A row of the table of routes: who answers a method of a path, and which parameters it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from aiohttp import web

    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.running import Running

JSON = "application/json"
MULTIPART = "multipart/form-data"
BYTES = "application/octet-stream"

# One shape, or several of which one fits: what `/{id}` takes depends on what the id is of.
Shapes = type[msgspec.Struct] | tuple[type[msgspec.Struct], ...]


class Route(NamedTuple):
    """What answers a call; its docstring's first line is the call's summary.

    `takes` is read with `call.read`, so that what /openapi.json says is what is read. A body that is not JSON (or a form, which is read
    alike) is read by hand; `body` says what it is.
    """

    handler: Callable[[Call], Awaitable[object]]
    takes: Shapes = ()
    body: str = JSON


class OpenRoute(NamedTuple):
    """What answers a call that needs no token; `answer` is the type of what it says."""

    handler: Callable[[Running, web.BaseRequest], Awaitable[object]]
    takes: Shapes = ()
    answer: str = JSON


def shapes_of(takes: Shapes) -> tuple[type[msgspec.Struct], ...]:
    """Return the shapes of a row."""
    return takes if isinstance(takes, tuple) else (takes,)
