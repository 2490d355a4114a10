"""Checks properties of Flow JSON one by one: known, there, of their type, within their limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handschlag.content.flows.components import ACTIONS, ITEM_PROPERTIES, OPTION_PROPERTIES, OTHER_ACTIONS, Property
from handschlag.content.flows.expressions import ExpressionBroken, is_dynamic, parse_expression
from handschlag.content.flows.parsing import Path
from handschlag.content.flows.problems import Problem

_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])|\d{10,13}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]*")
_TYPES = {
    "text": "string",
    "name": "string",
    "words": "string",
    "date": "string",
    "condition": "string",
    "boolean": "boolean",
    "number": "number",
    "object": "object",
    "action": "object",
    "cases": "object",
    "ids": "array",
    "dates": "array",
    "options": "array",
    "items": "array",
    "children": "array",
}
_ACTION_FIELDS = {
    "navigate": ("next",),
    "complete": (),
    "data_exchange": (),
    "update_data": ("payload",),
    "open_url": ("url",),
}


def json_type(value: object) -> str:
    """Return the JSON name of a value's type."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


class Shapes:
    """Collects what is wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, error: str, message: str, path: Path, *, at_key: bool = False) -> None:
        """Note a problem."""
        self.problems.append(Problem(error, message, path, at_key))

    def check_object(
        self, value: Mapping[str, Any], known: Mapping[str, Property], path: Path, *, within: str, type_: bool = False
    ) -> None:
        """Check every property of one object; `type_` says that the object is a component and names its type."""
        for name in value:
            if name not in known and not (type_ and name == "type"):
                self.add(
                    "INVALID_PROPERTY_KEY",
                    f"Property '{name}' is not allowed in '{within}'.",
                    (*path, name),
                    at_key=True,
                )
        for name, rule in known.items():
            if name in value:
                self._check(value[name], name, rule, (*path, name), within)
            elif rule.required:
                self.missing(name, path)

    def missing(self, name: str, path: Path) -> None:
        """Note a property that has to be there."""
        error = "MISSING_REQUIRED_TYPE_PROPERTY" if name == "type" else "MISSING_REQUIRED_PROPERTY"
        self.add(error, f"Required property '{name}' is missing.", path)

    def wrong_type(self, name: str, expected: str, value: object, path: Path) -> None:
        """Note a value of another type."""
        self.add(
            "INVALID_PROPERTY_TYPE",
            f"Expected property '{name}' to be of type '{expected}' but found '{json_type(value)}'.",
            path,
        )

    def _check(self, value: Any, name: str, rule: Property, path: Path, within: str) -> None:
        if is_dynamic(value) and rule.kind not in {"name", "children", "cases", "action"}:
            self._check_expression(value, path)
        elif rule.kind in {"texts", "pair"}:
            self._check_texts(value, name, rule, path)
        elif rule.kind == "any":
            return
        elif json_type(value) != _TYPES[rule.kind] and not (rule.kind == "number" and str(value).isdigit()):
            self.wrong_type(name, _TYPES[rule.kind], value, path)
        elif rule.kind == "action":
            self.check_action(value, ACTIONS.get((within, name), OTHER_ACTIONS), path)
        elif rule.kind in {"options", "items"}:
            self._check_list(value, name, rule, path)
        else:
            self._check_value(value, name, rule, path)

    def _check_expression(self, value: str, path: Path, *, condition: bool = False) -> None:
        try:
            parse_expression(value, condition=condition)
        except ExpressionBroken as error:
            self.add("PATTERN_MISMATCH", f"{error}.", path)

    def _check_texts(self, value: Any, name: str, rule: Property, path: Path) -> None:
        if rule.kind == "pair" and isinstance(value, dict):
            for part, inner in value.items():
                if part not in {"start-date", "end-date"}:
                    self.add(
                        "INVALID_PROPERTY_KEY",
                        f"Property '{part}' is not allowed in '{name}'.",
                        (*path, part),
                        at_key=True,
                    )
                elif isinstance(inner, str) and not is_dynamic(inner):
                    self._check_length(inner, name, rule, (*path, part))
            return
        listed = value if isinstance(value, list) else [value]
        for position, text in enumerate(listed):
            place = (*path, position) if isinstance(value, list) else path
            if isinstance(text, str):
                self._check_length(text, name, rule, place)
            elif rule.kind == "texts" or not isinstance(text, bool):
                self.wrong_type(name, "string", text, place)

    def _check_value(self, value: Any, name: str, rule: Property, path: Path) -> None:
        if rule.kind == "condition":
            self._check_expression(value, path, condition=True)
        elif rule.kind == "words" and value not in rule.words:
            self.add("INVALID_ENUM_VALUE", f"Value should be one of: [{', '.join(rule.words)}].", path)
        elif rule.kind == "name" and not _NAME.fullmatch(value):
            self.add("PATTERN_MISMATCH", f"Property '{name}' should match the pattern '{_NAME.pattern}'.", path)
        elif rule.kind == "date" and not _DATE.fullmatch(value):
            self.add("INVALID_PROPERTY_VALUE_FORMAT", f"Property '{name}' should be in 'YYYY-MM-DD' format.", path)
        elif rule.kind == "text":
            self._check_length(value, name, rule, path)
        elif rule.kind in {"ids", "dates"}:
            self._check_words(value, name, rule, path)

    def _check_words(self, value: list[Any], name: str, rule: Property, path: Path) -> None:
        for position, one in enumerate(value):
            if not isinstance(one, str):
                self.wrong_type(name, "string", one, (*path, position))
            elif rule.words and one not in rule.words:
                self.add("INVALID_ENUM_VALUE", f"Value should be one of: [{', '.join(rule.words)}].", (*path, position))
        if rule.most and len(value) > rule.most:
            self.too_many(name, rule.most, path)

    def _check_length(self, value: str, name: str, rule: Property, path: Path) -> None:
        if rule.required and not value.strip():
            self.add("MIN_CHARS_REQUIRED", f"Property '{name}' should have at least '1' characters.", path)
        if rule.most and not is_dynamic(value) and len(value) > rule.most:
            self.add("MAX_CHARS_REQUIRED", f"Property '{name}' should have at most '{rule.most}' characters.", path)

    def too_many(self, name: str, most: int, path: Path) -> None:
        """Note a list that is too long."""
        self.add("MAX_ITEMS_REQUIRED", f"Property '{name}' should have at most '{most}' items.", path)

    def _check_list(self, value: list[Any], name: str, rule: Property, path: Path) -> None:
        known = OPTION_PROPERTIES if rule.kind == "options" else ITEM_PROPERTIES
        if not value:
            self.add("MIN_ITEMS_REQUIRED", f"Property '{name}' should have at least '1' items.", path)
        if len(value) > rule.most:
            self.too_many(name, rule.most, path)
        seen: set[str] = set()
        for position, one in enumerate(value):
            place = (*path, position)
            if not isinstance(one, dict):
                self.wrong_type(name, "object", one, place)
                continue
            self.check_object(one, known, place, within="NavigationList" if rule.kind == "items" else name)
            id_ = str(one.get("id"))
            if id_ in seen:
                self.add(
                    "INVALID_PROPERTY_VALUE", f"Invalid value found for property 'id': '{id_}' twice.", (*place, "id")
                )
            seen.add(id_)

    def check_action(self, value: Mapping[str, Any], allowed: tuple[str, ...], path: Path) -> None:
        """Check an action's own shape; where it leads is looked at with all screens at hand."""
        name = value.get("name")
        if name is None:
            self.missing("name", path)
            return
        if name not in allowed:
            self.add("INVALID_ENUM_VALUE", f"Value should be one of: [{', '.join(allowed)}].", (*path, "name"))
            return
        known = {"name", "payload", *_ACTION_FIELDS[name]}
        for key in value:
            if key not in known:
                self.add(
                    "INVALID_PROPERTY_KEY", f"Property '{key}' is not allowed in '{name}'.", (*path, key), at_key=True
                )
        for key in _ACTION_FIELDS[name]:
            if key not in value:
                self.missing(key, path)
        payload = value.get("payload", {})
        if not isinstance(payload, dict):
            self.wrong_type("payload", "object", payload, (*path, "payload"))
        if "url" in value and not (is_dynamic(value["url"]) or str(value["url"]).startswith("https://")):
            self.add("INVALID_PROPERTY_VALUE_FORMAT", "Property 'url' should be in 'https' format.", (*path, "url"))
        next_ = value.get("next")
        if next_ is not None and not (isinstance(next_, dict) and isinstance(next_.get("name"), str)):
            self.wrong_type("next", "object", next_, (*path, "next"))
