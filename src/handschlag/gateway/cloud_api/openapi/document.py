"""The whole document: a path for each row of the tables of routes, and the schemas they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.cloud_api.error_answers import API_VERSION
from handschlag.gateway.cloud_api.openapi.error_shape import ErrorAnswer
from handschlag.gateway.cloud_api.openapi.operations import REFERENCES, describe_call, describe_open_call
from handschlag.gateway.cloud_api.route import shapes_of

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.route import OpenRoute, Route

Pattern = tuple[str, ...]

_DESCRIPTION = (
    "The WhatsApp Cloud API, as far as this gateway offers it. A version may stand before each path. Parameters may come as JSON, form, "
    "multipart or query alike; unknown ones are ignored."
)


def describe(routes: Mapping[Pattern, Mapping[str, Route]], opened: Mapping[Pattern, OpenRoute]) -> dict[str, Any]:
    """Return the OpenAPI document of these routes."""
    paths: dict[str, dict[str, Any]] = {}
    for pattern, methods in routes.items():
        paths[_path(pattern)] = {method.lower(): describe_call(pattern, method, row) for method, row in methods.items()}
    for pattern, row in opened.items():
        paths[_path(pattern)] = {"get": describe_open_call(pattern, row)}
    taken = [row.takes for methods in routes.values() for row in methods.values()]
    taken += [row.takes for row in opened.values()]
    shapes = {shape for takes in taken for shape in shapes_of(takes)}
    ordered = sorted(shapes, key=lambda shape: (shape.__name__, shape.__module__))
    _, schemas = msgspec.json.schema_components([ErrorAnswer, *ordered], ref_template=REFERENCES)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Handschlag", "version": API_VERSION.removeprefix("v"), "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _path(pattern: Pattern) -> str:
    return "/" + "/".join(pattern)
