"""Which screen may follow which: the routing model, given or drawn from the navigate actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handschlag.content.flows.layouts import actions, screen_children, walk
from handschlag.content.flows.problems import Problem

_MOST_BRANCHES = 10
_ERROR = "INVALID_ROUTING_MODEL"


def navigations(screen: Mapping[str, Any]) -> list[str]:
    """Return the screens a screen's actions lead to."""
    return [
        str(action["next"].get("name"))
        for placed in walk(screen_children(screen), ())
        for action, _ in actions(placed.component, ())
        if action.get("name") == "navigate" and isinstance(action.get("next"), dict)
    ]


def routes(flow: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the routing model in force."""
    given = flow.get("routing_model")
    if isinstance(given, dict) and given:
        return {name: [str(one) for one in listed] for name, listed in given.items() if isinstance(listed, list)}
    return {
        str(screen.get("id")): navigations(screen) for screen in flow.get("screens", []) if isinstance(screen, dict)
    }


def entry_screen(flow: Mapping[str, Any]) -> str:
    """Return the first screen: the first one no other leads to, else the first of the list."""
    targets = {target for listed in routes(flow).values() for target in listed}
    ids = [str(screen.get("id")) for screen in flow["screens"]]
    return next((id_ for id_ in ids if id_ not in targets), ids[0])


def check_routing(flow: Mapping[str, Any], ids: list[str]) -> list[Problem]:
    """Return what is wrong with how the screens lead to each other."""
    model = routes(flow)
    given = bool(flow.get("routing_model"))
    place = ("routing_model",) if given else ("screens",)
    found: list[Problem] = []
    if given:
        found += _check_given(flow, model, ids)
    for source, targets in model.items():
        if len(set(targets)) > _MOST_BRANCHES:
            message = f"Number of branches exceeds the max limit of {_MOST_BRANCHES} for screens: [{source}]."
            found.append(Problem(_ERROR, message, (*place, source) if given else place))
        for target in targets:
            if given and source in model.get(target, ()) and source < target:
                message = (
                    f"Backward route [{target}->{source}] corresponding to forward route [{source}->{target}] is not allowed "
                    "in the routing model. Only forward routes can be specified."
                )
                found.append(Problem(_ERROR, message, (*place, source)))
    if found or len(ids) < 2:  # noqa: PLR2004  one screen leads nowhere
        return found
    led_to = {target for listed in model.values() for target in listed}
    if all(id_ in led_to for id_ in ids):
        message = (
            "No entry screen found in the routing model. Expected a screen with no inbound edges as the entry screen."
        )
        found.append(Problem(_ERROR, message, place))
    elif lost := _unconnected(model, ids):
        message = f"Following screens are not connected with the rest of the screens: [{', '.join(lost)}]."
        found.append(Problem(_ERROR, f"{message} All screens should be connected.", place))
    return found


def _check_given(flow: Mapping[str, Any], model: Mapping[str, list[str]], ids: list[str]) -> list[Problem]:
    found = []
    missing = [id_ for id_ in ids if id_ not in model]
    if missing:
        message = f"Following screens are missing in the routing model: [{', '.join(missing)}]."
        found.append(Problem(_ERROR, message, ("routing_model",)))
    unknown = sorted({name for source, targets in model.items() for name in (source, *targets)} - set(ids))
    if unknown:
        message = f"Invalid screens found in the routing model: [{', '.join(unknown)}]."
        found.append(Problem(_ERROR, message, ("routing_model",)))
    for position, screen in enumerate(flow["screens"]):
        source = str(screen.get("id"))
        for target in dict.fromkeys(navigations(screen)):
            if target in ids and target not in model.get(source, ()):
                message = (
                    f"Missing direct route from screen '{source}' to screen '{target}' in the routing model, while it exists in "
                    f"the navigate screen action of screen '{source}'."
                )
                found.append(Problem(_ERROR, message, ("screens", position, "id")))
    return found


def _unconnected(model: Mapping[str, list[str]], ids: list[str]) -> list[str]:
    """Return the screens that nothing leads to or from, following routes both ways from the first screen."""
    neighbours: dict[str, set[str]] = {id_: set() for id_ in ids}
    for source, targets in model.items():
        for target in targets:
            if source in neighbours and target in neighbours:
                neighbours[source].add(target)
                neighbours[target].add(source)
    reached, todo = {ids[0]}, [ids[0]]
    while todo:
        for one in neighbours[todo.pop()] - reached:
            reached.add(one)
            todo.append(one)
    return [id_ for id_ in ids if id_ not in reached]
