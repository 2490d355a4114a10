"""Checks a Flow JSON as a whole: version, screens, data models, layout, routing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from handschlag.content.flows.layouts import actions, screen_children, walk
from handschlag.content.flows.parsing import FlowJsonBroken, Path, read_flow_json
from handschlag.content.flows.problems import Problem, broken_object, error_objects
from handschlag.content.flows.routing import check_routing
from handschlag.content.flows.screens import Model, check_components, check_references, has_footer
from handschlag.content.flows.shapes import Shapes, json_type

VERSIONS = (
    *("2.1", "3.0", "3.1", "4.0", "5.0", "5.1", "6.0", "6.1", "6.2", "6.3"),
    *("7.0", "7.1", "7.2", "7.3"),
)
DATA_API_VERSIONS = ("3.0", "4.0")
RESERVED_SCREEN = "SUCCESS"
_TOP = {"version", "data_api_version", "routing_model", "screens"}
_SCREEN = {"id", "title", "data", "terminal", "success", "refresh_on_back", "layout", "sensitive"}
_SCREEN_TYPES = {
    "terminal": "boolean",
    "success": "boolean",
    "refresh_on_back": "boolean",
    "title": "string",
    "sensitive": "array",
}
_SCREEN_ID = re.compile(r"[A-Za-z_]+")
_DATA_TYPES = ("string", "number", "boolean", "object", "array")
_MOST_SCREENS = 100


class FlowCheck(NamedTuple):
    """What came of it: `errors` as the Cloud API lists them, none if the form can be used; the versions it names."""

    errors: list[dict[str, Any]]
    version: str
    data_api_version: str


def check_flow_json(text: bytes) -> FlowCheck:
    """Return what is wrong with an uploaded Flow JSON."""
    try:
        flow = read_flow_json(text)
    except FlowJsonBroken as error:
        return FlowCheck([broken_object(text, str(error))], "", "")
    version, data_api = flow.get("version"), flow.get("data_api_version")
    return FlowCheck(error_objects(text, find_problems(flow)), str(version or ""), str(data_api or ""))


def find_problems(flow: Mapping[str, Any]) -> list[Problem]:
    """Return every problem, those of the shape first: what they break is not looked at further."""
    shapes = Shapes()
    version = _check_top(shapes, flow)
    screens = flow.get("screens")
    if not isinstance(screens, list) or not all(isinstance(one, dict) for one in screens):
        return shapes.problems
    for position, screen in enumerate(screens):
        _check_screen(shapes, screen, ("screens", position), version)
    if shapes.problems:
        return shapes.problems
    model = Model(flow)
    for position, screen in enumerate(screens):
        check_references(shapes, model, screen["id"], ("screens", position))
    _check_ends(shapes, screens)
    _check_exchanges(shapes, flow, screens)
    return shapes.problems + check_routing(flow, [screen["id"] for screen in screens])


def _check_top(shapes: Shapes, flow: Mapping[str, Any]) -> tuple[int, int]:
    """Check what stands outside the screens; returns the version, for rules that differ by it."""
    for name in flow:
        if name not in _TOP:
            hint = (
                " The data endpoint's address is set as 'endpoint_uri' of the flow."
                if name == "data_channel_uri"
                else ""
            )
            shapes.add("INVALID_PROPERTY_KEY", f"Property '{name}' is not allowed.{hint}", (name,), at_key=True)
    data_api = flow.get("data_api_version")
    if data_api is not None and str(data_api) not in DATA_API_VERSIONS:
        message = f"Invalid Data API version: got '{str(data_api)[:20]}', expected {' or '.join(DATA_API_VERSIONS)}."
        shapes.add("INVALID_DATA_API_VERSION", message, ("data_api_version",))
    _check_model_shape(shapes, flow)
    _check_screen_list(shapes, flow.get("screens"))
    return _check_version(shapes, str(flow.get("version", "")))


def _check_version(shapes: Shapes, version: str) -> tuple[int, int]:
    if not version:
        shapes.add("MISSING_FLOW_JSON_VERSION", "Flow JSON version is not specified.", ())
    elif version not in VERSIONS:
        message = f"Flow JSON version is not supported: got '{version[:20]}', expected one of {', '.join(VERSIONS)}."
        shapes.add("INVALID_FLOW_JSON_VERSION", message, ("version",))
    else:
        major, _, minor = version.partition(".")
        return int(major), int(minor)
    return (7, 0)


def _check_screen_list(shapes: Shapes, screens: object) -> None:
    if screens is None:
        shapes.missing("screens", ())
    elif not isinstance(screens, list):
        shapes.wrong_type("screens", "array", screens, ("screens",))
    elif not screens:
        shapes.add("MIN_ITEMS_REQUIRED", "Property 'screens' should have at least '1' items.", ("screens",))
    elif len(screens) > _MOST_SCREENS:
        shapes.add("MAX_SCREENS_NUMBER", f"A flow may have {_MOST_SCREENS} screens, got {len(screens)}.", ("screens",))
    else:
        for position, one in enumerate(screens):
            if not isinstance(one, dict):
                shapes.wrong_type(f"screens[{position}]", "object", one, ("screens", position))


def _check_model_shape(shapes: Shapes, flow: Mapping[str, Any]) -> None:
    routing = flow.get("routing_model")
    if routing is None:
        if flow.get("data_api_version") is not None:
            shapes.missing("routing_model", ())
    elif not isinstance(routing, dict):
        shapes.wrong_type("routing_model", "object", routing, ("routing_model",))
    else:
        for source, targets in routing.items():
            if not isinstance(targets, list) or not all(isinstance(one, str) for one in targets):
                shapes.wrong_type(source, "array", targets, ("routing_model", source))


def _check_screen(shapes: Shapes, screen: Mapping[str, Any], path: Path, version: tuple[int, int]) -> None:
    for name in screen:
        if name not in _SCREEN:
            shapes.add("INVALID_PROPERTY_KEY", f"Property '{name}' is not allowed.", (*path, name), at_key=True)
    _check_screen_id(shapes, screen.get("id"), path)
    for name, type_ in _SCREEN_TYPES.items():
        if name in screen and json_type(screen[name]) != type_:
            shapes.wrong_type(name, type_, screen[name], (*path, name))
    if "success" in screen and screen.get("terminal") is not True:
        message = "Property 'success' can only be specified on a terminal screen."
        shapes.add("NOT_KEYWORD_SCHEMA_VALIDATION_FAILED", message, (*path, "success"))
    _check_data(shapes, screen.get("data", {}), (*path, "data"))
    if _check_layout(shapes, screen, path):
        check_components(shapes, screen, path, version)


def _check_screen_id(shapes: Shapes, id_: object, path: Path) -> None:
    if id_ is None:
        shapes.missing("id", path)
    elif not isinstance(id_, str) or not _SCREEN_ID.fullmatch(id_):
        message = "Property 'id' should only consist of alphabets and underscores."
        shapes.add("PATTERN_MISMATCH", message, (*path, "id"))
    elif id_ == RESERVED_SCREEN:
        shapes.add("SCREEN_ID_IS_RESERVED_KEYWORD", f"'{id_}' is a reserved screen id.", (*path, "id"))


def _check_layout(shapes: Shapes, screen: Mapping[str, Any], path: Path) -> bool:
    """Check the layout's own shape; returns whether its components can be looked at."""
    layout, place = screen.get("layout"), (*path, "layout")
    if layout is None:
        shapes.missing("layout", path)
        return False
    if not isinstance(layout, dict):
        shapes.wrong_type("layout", "object", layout, place)
        return False
    if layout.get("type") != "SingleColumnLayout":
        message = "Invalid value found for property 'type'. Expected 'SingleColumnLayout'."
        shapes.add("INVALID_PROPERTY_VALUE", message, (*place, "type"))
    children = layout.get("children")
    if not isinstance(children, list):
        shapes.wrong_type("children", "array", children, (*place, "children"))
        return False
    for position, child in enumerate(children):
        if not isinstance(child, dict):
            shapes.wrong_type("children", "object", child, (*place, "children", position))
    return True


def _check_data(shapes: Shapes, data: Any, path: Path) -> None:
    if not isinstance(data, dict):
        shapes.wrong_type("data", "object", data, path)
        return
    for name, schema in data.items():
        place = (*path, name)
        if not isinstance(schema, dict):
            shapes.wrong_type(name, "object", schema, place)
            continue
        type_ = schema.get("type")
        if type_ not in _DATA_TYPES:
            message = "Missing the definition of property 'type'." if type_ is None else "Unsupported value type."
            shapes.add("INVALID_SCREEN_DATA", message, place)
        elif "__example__" not in schema:
            shapes.missing("__example__", place)
        elif json_type(schema["__example__"]) != type_:
            message = f"Expected '__example__' to be of type '{type_}' but found '{json_type(schema['__example__'])}'."
            shapes.add("INVALID_SCREEN_DATA", message, (*place, "__example__"))
        elif type_ == "array" and not isinstance(schema.get("items"), dict):
            shapes.add("INVALID_SCREEN_DATA", "Missing the schema for property 'items' in array.", place)


def _check_ends(shapes: Shapes, screens: list[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for position, screen in enumerate(screens):
        if screen["id"] in seen:
            shapes.add(
                "DUPLICATE_SCREEN_IDS", f"Screen id '{screen['id']}' is used twice.", ("screens", position, "id")
            )
        seen.add(screen["id"])
        if screen.get("terminal") is True and not has_footer(screen_children(screen)):
            message = f"Terminal screen '{screen['id']}' should have a Footer."
            shapes.add("MISSING_FOOTER_ON_TERMINAL_SCREEN", message, ("screens", position))
    terminal = [screen for screen in screens if screen.get("terminal") is True]
    if not terminal:
        shapes.add("MISSING_TERMINAL_SCREEN", "At least one screen should be terminal.", ("screens",))
    elif all(screen.get("success") is False for screen in terminal):
        message = "At least one terminal screen must have property 'success' set as true."
        shapes.add("INVALID_PROPERTY_VALUE", message, ("screens",))


def _check_exchanges(shapes: Shapes, flow: Mapping[str, Any], screens: list[Mapping[str, Any]]) -> None:
    if flow.get("data_api_version") is not None:
        return
    for position, screen in enumerate(screens):
        for placed in walk(screen_children(screen), ("screens", position, "layout", "children")):
            for action, path in actions(placed.component, placed.path):
                if action.get("name") == "data_exchange":
                    message = "Property 'data_api_version' is required for 'data_exchange' actions."
                    shapes.add("MISSING_REQUIRED_PROPERTY", message, path)
