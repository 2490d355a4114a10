"""Checks what screens are made of: their components, how many, where, and what they refer to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from handschlag.content.flows.components import COMPONENTS, ENTRIES, MOST_PER_SCREEN, NOT_OFFERED
from handschlag.content.flows.expressions import ExpressionBroken, Reference, parse_expression, references
from handschlag.content.flows.layouts import Placed, actions, branches, screen_children, walk
from handschlag.content.flows.parsing import Path
from handschlag.content.flows.shapes import Shapes

_MOST_COMPONENTS = 50
_DEEPEST_CONDITIONS = 3
_FORMS_OPTIONAL = (4, 0)


class Model:
    """What a flow's screens offer to references: their data and the names of what is filled in."""

    def __init__(self, flow: Mapping[str, Any]) -> None:
        self.screens: dict[str, Mapping[str, Any]] = {}
        self.data: dict[str, Mapping[str, Any]] = {}
        self.entries: dict[str, dict[str, str]] = {}
        for screen in flow.get("screens", []):
            if isinstance(screen, dict) and isinstance(screen.get("id"), str):
                id_ = screen["id"]
                self.screens[id_] = screen
                data = screen.get("data")
                self.data[id_] = data if isinstance(data, dict) else {}
                self.entries[id_] = {
                    placed.name: placed.type
                    for placed in walk(screen_children(screen), ())
                    if placed.type in ENTRIES and placed.name
                }

    def knows(self, reference: Reference, screen: str) -> bool:
        """Whether there is such a thing for an expression on this screen."""
        of = reference.screen or screen
        return reference.path[0] in (self.data if reference.source == "data" else self.entries).get(of, {})


def check_components(shapes: Shapes, screen: Mapping[str, Any], path: Path, version: tuple[int, int]) -> None:
    """Check each component of a screen by itself, and how they stand together."""
    place = (*path, "layout", "children")
    placed = list(walk(screen_children(screen), place))
    if len(placed) > _MOST_COMPONENTS:
        shapes.add(
            "MAX_ALLOWED_COMPONENTS_PER_SCREEN",
            f"A screen may hold {_MOST_COMPONENTS} components, got {len(placed)}.",
            place,
        )
    for one in placed:
        _check_component(shapes, one, version)
    _check_numbers(shapes, placed, place)
    _check_footers(shapes, placed)
    seen: set[str] = set()
    for one in placed:
        if one.type in ENTRIES and one.name:
            if one.name in seen and not one.conditions:
                message = f"Form components should have unique names: '{one.name}' is used twice."
                shapes.add("DUPLICATE_FORM_COMPONENT_NAMES", message, (*one.path, "name"))
            seen.add(one.name)


def _check_component(shapes: Shapes, one: Placed, version: tuple[int, int]) -> None:
    if not one.type:
        shapes.missing("type", one.path)
        return
    if one.type in NOT_OFFERED:
        shapes.add("INVALID_PROPERTY_VALUE", f"'{one.type}' is not offered by this gateway.", (*one.path, "type"))
        return
    known = COMPONENTS.get(one.type)
    if known is None:
        shapes.add("INVALID_PROPERTY_VALUE", "Invalid value found for property 'type'.", (*one.path, "type"))
        return
    shapes.check_object(one.component, known, one.path, within=one.type, type_=True)
    if version < _FORMS_OPTIONAL and one.type in ENTRIES and not one.in_form:
        message = f"Property '{one.type}' must be defined inside parent property 'Form'."
        shapes.add("KEYWORD_ONE_OF", message, (*one.path, "type"))
    _check_branches(shapes, one)
    if one.type == "Footer":
        _check_captions(shapes, one)


def _check_branches(shapes: Shapes, one: Placed) -> None:
    if one.conditions > _DEEPEST_CONDITIONS and one.type == "If":
        shapes.add("MAXIMUM_IF_NESTING", f"'If' can be nested {_DEEPEST_CONDITIONS} times.", one.path)
    for branch, inner in branches(one.component):
        if not isinstance(inner, list):
            shapes.wrong_type(str(branch[-1]), "array", inner, (*one.path, *branch))
        elif not inner and one.type != "Form":
            shapes.add("MIN_ITEMS_REQUIRED", "Expected array to contain at least one component.", (*one.path, *branch))
    if one.type == "Switch" and not one.component.get("cases"):
        shapes.add("EMPTY_SWITCH_CASES", "Expected 'cases' to contain at least one case.", (*one.path, "cases"))


def _check_captions(shapes: Shapes, one: Placed) -> None:
    left, center, right = (f"{side}-caption" in one.component for side in ("left", "center", "right"))
    if left != right:
        there, missing = ("left", "right") if left else ("right", "left")
        message = f"Footer should have property {missing}-caption when property {there}-caption is present."
        shapes.add("INVALID_DEPENDENCIES", message, one.path)
    if center and (left or right):
        message = "Properties 'center-caption' and [left-caption, right-caption] must be present exclusively at Footer."
        shapes.add("NOT_KEYWORD_SCHEMA_VALIDATION_FAILED", message, one.path)


def _check_numbers(shapes: Shapes, placed: list[Placed], place: Path) -> None:
    # What stands in branches is shown by turns, so only what always stands there is counted.
    counts = Counter(one.type for one in placed if not one.conditions)
    for type_, most in MOST_PER_SCREEN.items():
        if counts[type_] > most:
            message = f"A screen may hold {most} of '{type_}', got {counts[type_]}."
            shapes.add("COMPONENT_TYPE_MAX_NUMBER_PER_SCREEN", message, place)
    others = [one.type for one in placed if one.type != "NavigationList"]
    if counts["NavigationList"] and others:
        message = "NavigationList cannot be used with other components on the same screen."
        shapes.add("INVALID_COMPONENT_PLACEMENT", message, place)


def has_footer(children: Any) -> bool:
    """Whether a footer is shown whatever the conditions are."""
    if not isinstance(children, list):
        return False
    for one in children:
        if not isinstance(one, dict):
            continue
        inner = branches(one)
        if one.get("type") == "Footer" or (one.get("type") == "Form" and any(has_footer(c) for _, c in inner)):
            return True
        both = one.get("type") == "Switch" or "else" in one
        if one.get("type") in {"If", "Switch"} and both and inner and all(has_footer(c) for _, c in inner):
            return True
    return False


def _check_footers(shapes: Shapes, placed: list[Placed]) -> None:
    for one in placed:
        if one.type not in {"If", "Switch"}:
            continue
        footers = [has_footer(inner) for _, inner in branches(one.component)]
        complete = one.type == "Switch" or "else" in one.component
        if any(footers) and not (all(footers) and complete):
            error = "MISSING_FOOTER_IN_IF_ELSE_BRANCHES" if one.type == "If" else "MISSING_FOOTER_IN_SWITCH_BRANCHES"
            shapes.add(error, f"A Footer should stand in every branch of '{one.type}' or in none.", one.path)


def check_references(shapes: Shapes, model: Model, id_: str, path: Path) -> None:
    """Check that everything a screen refers to is there, and that its actions lead somewhere with what is needed there."""
    screen = model.screens[id_]
    for one in walk(screen_children(screen), (*path, "layout", "children")):
        own = {k: v for k, v in one.component.items() if k not in {"children", "then", "else", "cases"}}
        for text, place in _texts(own, one.path):
            _check_text(shapes, model, id_, text, place, condition=one.type == "If" and place[-1] == "condition")
        for action, place in actions(one.component, one.path):
            _check_action(shapes, model, id_, action, place)


def _texts(value: Any, path: Path) -> Iterator[tuple[str, Path]]:
    if isinstance(value, str):
        yield value, path
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, (*path, name))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _texts(inner, (*path, position))


def _check_text(shapes: Shapes, model: Model, id_: str, text: str, path: Path, *, condition: bool) -> None:
    try:
        node = parse_expression(text, condition=condition)
    except ExpressionBroken:
        return  # said where the property was checked, or a text that only looks like one
    for reference in references(node):
        if model.knows(reference, id_):
            continue
        written = ".".join(
            (*(("screen", reference.screen) if reference.screen else ()), reference.source, *reference.path)
        )
        if "payload" in path:
            what = "dynamic data" if reference.source == "data" else "Form component"
            shapes.add("INVALID_ON_CLICK_ACTION_PAYLOAD", f"Missing {what} '${{{written}}}' for screen '{id_}'.", path)
        else:
            what = "data model" if reference.source == "data" else "components"
            message = (
                f"'${{{written}}}' is invalid as it is missing in the {what} of screen '{reference.screen or id_}'."
            )
            shapes.add("INVALID_SCREEN_DYNAMIC_DATA", message, path)


def _check_action(shapes: Shapes, model: Model, id_: str, action: Mapping[str, Any], path: Path) -> None:
    if action.get("name") == "complete" and model.screens[id_].get("terminal") is not True:
        message = f"'complete' action can only be used on terminal screens. Screen '{id_}' is none."
        shapes.add("INVALID_COMPLETE_ACTION", message, (*path, "name"))
    payload = action.get("payload", {})
    if not isinstance(payload, dict):
        return
    if action.get("name") == "update_data" and (unknown := [k for k in payload if k not in model.data[id_]]):
        message = f"Fields [{', '.join(unknown)}] are missing in the data model of screen '{id_}'."
        shapes.add("INVALID_UPDATE_DATA_ACTION_PAYLOAD", message, (*path, "payload"))
    next_ = action.get("next")
    if action.get("name") != "navigate" or not isinstance(next_, dict):
        return
    target = next_.get("name")
    if target == id_ or target not in model.screens:
        what = f"Loop detected: screen '{id_}' leads to itself" if target == id_ else f"Unknown screen id: [{target}]"
        shapes.add("INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME", f"{what}.", (*path, "next", "name"))
        return
    expected = model.data[target]
    if unknown := [k for k in payload if k not in expected]:
        message = f"Fields [{', '.join(unknown)}] are missing in the data model of the next screen '{target}'."
        shapes.add("INVALID_NAVIGATE_ACTION_PAYLOAD", message, (*path, "payload"))
    if missing := [k for k in expected if k not in payload]:
        message = (
            f"Fields [{', '.join(missing)}] are expected by the next screen '{target}' and missing in the payload."
        )
        shapes.add("INVALID_NAVIGATE_ACTION_PAYLOAD", message, (*path, "payload"))
