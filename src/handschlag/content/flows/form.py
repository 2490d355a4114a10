"""A form as it is filled in: screens shown, values, what a press does. A machine without a screen: the app draws what `shown` returns.

A screen keeps its data and values while the form is open, so that later screens can refer to it and going back finds it as it was.
One question to the company is open at a time; meanwhile nothing else is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from handschlag.content.flows.components import ENTRIES
from handschlag.content.flows.exchange import FlowAction, FlowProblem
from handschlag.content.flows.expressions import Reference, evaluate, parse_expression, resolve, truth
from handschlag.content.flows.fields import first_value, problem_with
from handschlag.content.flows.layouts import screen_children, walk
from handschlag.content.flows.routing import entry_screen

FINISHED = "SUCCESS"
_MOST_SCREENS = 100


class Invalid(NamedTuple):
    """Nothing was done: what is wrong, by the entry's name."""

    problems: dict[str, str]


class Moved(NamedTuple):
    """Another screen is shown, or the same one has changed."""


class Ask(NamedTuple):
    """The company is to be asked; `answer` takes what it says."""

    action: FlowAction
    screen: str | None
    data: dict[str, Any]


class Done(NamedTuple):
    """The form is finished; `response` is what goes to the company, the token in it."""

    response: dict[str, Any]


class OpenUrl(NamedTuple):
    """An address is to be opened, if the person wants to."""

    url: str


class Impossible(NamedTuple):
    """There is no such button here, or it is switched off."""

    why: str


Outcome = Invalid | Moved | Ask | Done | OpenUrl | Impossible


class _Screen:
    def __init__(self, definition: Mapping[str, Any], data: dict[str, Any]) -> None:
        self.id = str(definition["id"])
        self.definition = definition
        self.data = data
        self.values: dict[str, Any] = {}


class FlowForm:
    """One open form; see the module's first lines."""

    def __init__(self, flow: Mapping[str, Any], token: str) -> None:
        self._flow = flow
        self._token = token
        self._definitions = {str(screen["id"]): screen for screen in flow["screens"]}
        self._seen: dict[str, _Screen] = {}
        self._stack: list[_Screen] = []
        self.asking = False
        self.notice = ""
        self.problem: FlowProblem | None = None

    @property
    def screen(self) -> str:
        """The screen that is shown, empty before the first."""
        return self._stack[-1].id if self._stack else ""

    @property
    def title(self) -> str:
        """Its title."""
        return str(self._stack[-1].definition.get("title", "")) if self._stack else ""

    @property
    def can_go_back(self) -> bool:
        """Whether a screen lies below the one shown."""
        return len(self._stack) > 1

    def open(self, action: str = "navigate", screen: str | None = None, data: dict[str, Any] | None = None) -> Outcome:
        """Begin as the message says: with a screen, or with a question for one."""
        if action == "data_exchange":
            return self._ask("INIT", None, {})
        return self._enter(screen or entry_screen(self._flow), data or {})

    def look_up(self, reference: Reference) -> Any:
        """Return what a reference of the screen shown stands for."""
        screen = self._seen.get(reference.screen) if reference.screen else self._stack[-1]
        if screen is None:
            return None
        value: Any = screen.data if reference.source == "data" else screen.values
        for name in reference.path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def shown(self) -> list[dict[str, Any]]:
        """Return the components of the screen from top to bottom, with what every property stands for now."""
        if not self._stack:
            return []
        return list(self._shown(screen_children(self._stack[-1].definition)))

    def _shown(self, children: Any) -> Iterator[dict[str, Any]]:
        for component in children if isinstance(children, list) else []:
            type_ = component.get("type")
            if type_ == "If":
                node = parse_expression(component["condition"], condition=True)
                yes = node is not None and truth(evaluate(node, self))
                yield from self._shown(component.get("then" if yes else "else"))
            elif type_ == "Switch":
                yield from self._shown(component["cases"].get(str(resolve(component["value"], self))))
            elif type_ == "Form":
                yield from self._shown(component.get("children"))
            else:
                one = {k: v if k.endswith("-action") else resolve(v, self) for k, v in component.items()}
                if one.get("visible") is not False:
                    if type_ in ENTRIES:
                        one["value"] = self._stack[-1].values.get(one["name"])
                    yield one

    def fill(self, name: str, value: Any) -> Outcome:
        """Take what a person filled in; an entry may have an action of its own."""
        entry = next((c for c in self.shown() if c.get("name") == name and c["type"] in ENTRIES), None)
        if self.asking or entry is None or entry.get("enabled") is False:
            return Impossible(f"{name}: not on this screen, or switched off")
        self._stack[-1].values[name] = value
        chosen = value not in ("", [], None, False)
        action = entry.get("on-select-action" if chosen else "on-unselect-action")
        options = entry.get("data-source")
        for option in options if isinstance(options, list) else []:
            if option.get("id") == value and isinstance(option.get("on-select-action"), dict):
                action = option["on-select-action"]
        if isinstance(action, dict) and action.get("name") in {"update_data", "data_exchange"}:
            return self._act(action)
        return Moved()

    def check(self) -> dict[str, str]:
        """Return what is wrong with the entries shown, by their names."""
        found = {}
        for component in self.shown():
            if component["type"] in ENTRIES and component.get("enabled") is not False:
                problem = problem_with(component, component["value"])
                if problem is not None:
                    found[str(component["name"])] = problem
        return found

    def submit(self) -> Outcome:
        """Press the screen's button; entries that are wrong come back instead."""
        footer = next((c for c in self.shown() if c["type"] == "Footer"), None)
        if self.asking or footer is None or footer.get("enabled") is False:
            return Impossible("this screen has no button, or it is switched off")
        problems = self.check()
        return Invalid(problems) if problems else self._act(footer["on-click-action"])

    def follow(self, position: int, item: str | None = None) -> Outcome:
        """Press a link, an opt-in's text or an entry of a list: the component at `position` of what is shown."""
        shown = self.shown()
        component = shown[position] if 0 <= position < len(shown) else {}
        action = component.get("on-click-action")
        items = component.get("list-items")
        for one in items if isinstance(items, list) else []:
            if one.get("id") == item:
                action = one.get("on-click-action", action)
        if self.asking or component.get("type") == "Footer" or not isinstance(action, dict):
            return Impossible("nothing to press there")
        return self._act(action)

    def back(self) -> Outcome:
        """Show the screen before; it may want fresh data from the company."""
        if self.asking or not self.can_go_back:
            return Impossible("there is no screen before this one")
        left = self._stack.pop()
        self.notice, self.problem = "", None
        if self._stack[-1].definition.get("refresh_on_back") is True and self._flow.get("data_api_version"):
            return self._ask("BACK", left.id, {})
        return Moved()

    def answer(
        self, screen: str | None, data: dict[str, Any], problem: FlowProblem | None, message: str | None
    ) -> Outcome:
        """Take the company's answer to the question that is open."""
        if not self.asking:
            return Impossible("nothing was asked")
        self.asking = False
        if problem is not None or screen is None:
            self.problem, self.notice = problem or "broken", message or ""
            return Moved()
        if screen == FINISHED:
            ending = data.get("extension_message_response")
            parameters = ending.get("params") if isinstance(ending, dict) else None
            return Done({"flow_token": self._token, **(parameters if isinstance(parameters, dict) else {})})
        if screen not in self._definitions:
            self.problem = "broken"
            return Moved()
        said = data.get("error_message")
        found = self._enter(screen, {k: v for k, v in data.items() if k != "error_message"})
        self.notice = said if isinstance(said, str) else ""
        return found

    def _act(self, action: Mapping[str, Any]) -> Outcome:
        payload = resolve(action.get("payload", {}), self)
        match action.get("name"):
            case "navigate":
                return self._enter(str(action["next"]["name"]), payload)
            case "data_exchange":
                return self._ask("data_exchange", self.screen, payload)
            case "update_data":
                self._stack[-1].data |= payload
                return Moved()
            case "open_url":
                url = str(resolve(action.get("url"), self))
                return OpenUrl(url) if url.startswith("https://") else Impossible("the address is not https")
            case _:
                return Done({**payload, "flow_token": self._token})

    def _ask(self, action: FlowAction, screen: str | None, data: dict[str, Any]) -> Ask:
        self.asking, self.problem, self.notice = True, None, ""
        return Ask(action, screen, data)

    def _enter(self, id_: str, data: dict[str, Any]) -> Outcome:
        """Show a screen: the one below if it is there already, else a new one on top."""
        definition = self._definitions.get(id_)
        if definition is None or len(self._stack) >= _MOST_SCREENS:
            return Impossible(f"screen: {id_[:40]} is not in this form")
        self.problem, self.notice = None, ""
        below = next((i for i, screen in enumerate(self._stack) if screen.id == id_), None)
        if below is not None:
            del self._stack[below + 1 :]
            self._stack[below].data |= data
            return Moved()
        screen = _Screen(definition, dict(data))
        self._stack.append(screen)
        self._seen[id_] = screen
        for placed in walk(screen_children(definition), ()):
            if placed.type in ENTRIES:
                given = resolve(self._given(placed.component, definition), self)
                screen.values[placed.name] = first_value(placed.component, given)
        return Moved()

    def _given(self, component: Mapping[str, Any], definition: Mapping[str, Any]) -> Any:
        """Return an entry's first value as it is written: on the entry, or on the form around it."""
        if "init-value" in component:
            return component["init-value"]
        for placed in walk(screen_children(definition), ()):
            if placed.type != "Form":
                continue
            values = resolve(placed.component.get("init-values", {}), self)
            if isinstance(values, dict) and component.get("name") in values:
                return values[component["name"]]
        return None
