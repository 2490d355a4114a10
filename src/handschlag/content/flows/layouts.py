"""Walks a screen's layout: every component with its place, also inside forms and conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from handschlag.content.flows.parsing import Path

_BRANCHES = {"Form": ("children",), "If": ("then", "else")}


class Placed(NamedTuple):
    """A component, where it stands, and how many conditions are around it; `in_form` says whether a Form is."""

    component: Mapping[str, Any]
    path: Path
    conditions: int
    in_form: bool

    @property
    def type(self) -> str:
        """The component's type, empty if it has none."""
        found = self.component.get("type")
        return found if isinstance(found, str) else ""

    @property
    def name(self) -> str:
        """The component's name, empty if it has none."""
        found = self.component.get("name")
        return found if isinstance(found, str) else ""


def walk(children: Any, path: Path, *, conditions: int = 0, in_form: bool = False) -> Iterator[Placed]:
    """Yield the components of a list and of all branches below, from top to bottom."""
    if not isinstance(children, list):
        return
    for position, component in enumerate(children):
        if not isinstance(component, dict):
            continue
        placed = Placed(component, (*path, position), conditions, in_form)
        yield placed
        for branch, inner in branches(component):
            yield from walk(
                inner,
                (*placed.path, *branch),
                conditions=conditions + (placed.type in {"If", "Switch"}),
                in_form=in_form or placed.type == "Form",
            )


def branches(component: Mapping[str, Any]) -> list[tuple[Path, Any]]:
    """Return the lists of components inside a component, each with its place."""
    type_ = component.get("type")
    if type_ == "Switch":
        cases = component.get("cases")
        return [(("cases", name), inner) for name, inner in cases.items()] if isinstance(cases, dict) else []
    return [((name,), component[name]) for name in _BRANCHES.get(str(type_), ()) if name in component]


def actions(component: Mapping[str, Any], path: Path) -> Iterator[tuple[Mapping[str, Any], Path]]:
    """Yield every action a component may start."""
    for name in ("on-click-action", "on-select-action", "on-unselect-action"):
        if isinstance(component.get(name), dict):
            yield component[name], (*path, name)
    for name in ("data-source", "list-items"):
        listed = component.get(name)
        if isinstance(listed, list):
            for position, one in enumerate(listed):
                if isinstance(one, dict):
                    yield from actions(one, (*path, name, position))


def screen_children(screen: Mapping[str, Any]) -> Any:
    """Return the components of a screen's layout."""
    layout = screen.get("layout")
    return layout.get("children") if isinstance(layout, dict) else None
