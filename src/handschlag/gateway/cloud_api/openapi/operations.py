"""One call of the document: its summary, its parameters, its body, what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.cloud_api.openapi.error_shape import ErrorAnswer
from handschlag.gateway.cloud_api.paths import ID, ITEM, UPLOAD
from handschlag.gateway.cloud_api.route import BYTES, JSON, Shapes, shapes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from handschlag.gateway.cloud_api.route import OpenRoute, Route

REFERENCES = "#/components/schemas/{name}"
_FORMS = (JSON, "application/x-www-form-urlencoded")
_IN_PATH = {
    ID: ("an object's id", {"type": "string", "pattern": "^[0-9]{15}$"}),
    ITEM: ("what is meant behind the edge", {"type": "string", "minLength": 1}),
    UPLOAD: ("an upload's session", {"type": "string", "pattern": "^upload:[0-9a-f]{40}$"}),
}
_OBJECT = {"type": "object"}


def describe_call(pattern: tuple[str, ...], method: str, row: Route) -> dict[str, Any]:
    """Return a call that needs a token. GET takes its parameters in the query, the others in a body."""
    found = _call(pattern, method, row.handler, JSON)
    shapes = shapes_of(row.takes)
    if method == "GET" or row.body == BYTES:
        found["parameters"] += _query(row.takes)
    elif shapes:
        forms = _FORMS if row.body == JSON else (row.body,)
        found["requestBody"] = {"content": {form: {"schema": _schema(row.takes)} for form in forms}}
    if row.body == BYTES:
        found["requestBody"] = {"content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}
    return found


def describe_open_call(pattern: tuple[str, ...], row: OpenRoute) -> dict[str, Any]:
    """Return a call that needs no token."""
    found = _call(pattern, "GET", row.handler, row.answer)
    found["parameters"] += _query(row.takes)
    return {**found, "security": []}


def summary(handler: Callable[..., object]) -> str:
    """Return the first line of a handler's docstring."""
    return (handler.__doc__ or "").partition("\n")[0].strip()


def _call(pattern: tuple[str, ...], method: str, handler: Callable[..., object], answer: str) -> dict[str, Any]:
    schema = {"schema": _OBJECT} if answer == JSON else {}
    error = {"content": {JSON: {"schema": {"$ref": _reference(ErrorAnswer)}}}}
    return {
        "operationId": "_".join([method.lower(), *(part.strip("{}").replace(".", "_") for part in pattern)]),
        "summary": summary(handler),
        "tags": [_room(handler)],
        "security": [{"token": []}],
        "parameters": [_in_path(part) for part in pattern if part in _IN_PATH],
        "responses": {
            "200": {"description": "Done.", "content": {answer: schema}},
            "4XX": {"description": "Refused: the field, the value seen, the limit.", **error},
            "5XX": {"description": "The gateway, or what it needs, does not work.", **error},
        },
    }


def _room(handler: Callable[..., object]) -> str:
    """Return the room that a call belongs to: the folder of its handler."""
    inner = handler.__module__.partition(".cloud_api.")[2].split(".")
    return inner[0] if len(inner) > 1 else "general"


def _in_path(part: str) -> dict[str, Any]:
    description, schema = _IN_PATH[part]
    return {"name": part.strip("{}"), "in": "path", "required": True, "description": description, "schema": schema}


def _schema(takes: Shapes) -> dict[str, Any]:
    references = [{"$ref": _reference(shape)} for shape in shapes_of(takes)]
    return references[0] if len(references) == 1 else {"anyOf": references}


def _reference(shape: type[msgspec.Struct]) -> str:
    return REFERENCES.format(name=shape.__name__)


def _query(takes: Shapes) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for shape in shapes_of(takes):
        _, components = msgspec.json.schema_components([shape], ref_template=REFERENCES)
        whole = components[shape.__name__]
        for name, schema in whole["properties"].items():
            found[name] = _in_query(name, schema, required=name in whole.get("required", ()))
    return list(found.values())


def _in_query(name: str, schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
    """Return a parameter of the query: absent is null there, a list is separated by commas, an object is JSON."""
    schema = {key: value for key, value in schema.items() if key != "default"}
    alternatives = [one for one in schema.pop("anyOf", []) if one != {"type": "null"}]
    if len(alternatives) == 1:
        schema |= alternatives[0]
    elif alternatives:
        schema["anyOf"] = alternatives
    parameter: dict[str, Any] = {"name": name, "in": "query"}
    if required:
        parameter["required"] = True
    if "$ref" in schema or "$ref" in schema.get("items", {}):
        return {**parameter, "content": {JSON: {"schema": schema}}}
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": False}
    return {**parameter, "schema": schema}
